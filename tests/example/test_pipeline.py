"""What one does with the example app: move deals, by mouse and by keyboard, in two windows; read a company; search."""

import os
from typing import Any

import pytest

from app.demo.contacts import LARGEST, Employer
from tests.example.conftest import Open, Pipeline

SCREENSHOT = "SCREENSHOT"
"""Where to keep a picture of the board, if anywhere."""

LARGE = Employer.numbered(LARGEST).name
IN = "query ($stage: OpportunityStageEnum) { opportunities(filter: {stage: {eq: $stage}}) { totalCount } }"


def column(page: Any, label: str) -> Any:
    return page.get_by_role("region", name=label, exact=True)


def first_deal(page: Any, label: str) -> str:
    name = column(page, label).get_by_role("article").first.get_attribute("aria-label")
    assert isinstance(name, str)
    return name


def card(page: Any, label: str, name: str) -> Any:
    """On top, since deals of one company may have one name."""
    return column(page, label).get_by_role("listitem").first.get_by_role("article", name=name, exact=True)


def counted(page: Any, label: str) -> int:
    return int(column(page, label).get_by_role("heading", level=2).inner_text().split()[-1])


def test_the_board_is_the_pipeline(pipeline: Pipeline, open_window: Open) -> None:
    page = open_window().page
    for stage in ("New", "Screening", "Meeting", "Proposal", "Customer"):
        assert counted(page, stage) == pipeline.ask(IN, stage=stage.upper())["opportunities"]["totalCount"]
    sums = column(page, "New").locator(".sums").inner_text()
    assert "€" in sums and "$" in sums
    page.get_by_text("Live", exact=True).wait_for()
    if SCREENSHOT in os.environ:
        page.screenshot(path=os.environ[SCREENSHOT])


def test_a_deal_that_is_dragged_moves_before_the_server_answers_and_in_a_second_window(
    pipeline: Pipeline, open_window: Open
) -> None:
    page, other = open_window().page, open_window().page
    name, before = first_deal(page, "New"), counted(page, "Proposal")
    held: list[Any] = []
    page.route("**/graphql", lambda route: held.append(route))
    page.get_by_role("article", name=name).first.drag_to(column(page, "Proposal").get_by_role("heading", level=2))

    card(page, "Proposal", name).wait_for()
    assert counted(page, "Proposal") == before + 1
    assert len(held) == 1
    assert counted(other, "Proposal") == before

    held[0].continue_()
    card(other, "Proposal", name).wait_for()
    assert counted(other, "Proposal") == counted(page, "Proposal") == before + 1
    assert pipeline.ask(IN, stage="PROPOSAL")["opportunities"]["totalCount"] == before + 1


def test_a_deal_is_moved_by_the_keyboard_and_keeps_the_focus(open_window: Open) -> None:
    page = open_window().page
    name = first_deal(page, "Screening")
    page.get_by_label(f"Stage of {name}").first.focus()
    page.keyboard.press("ArrowDown")
    card(page, "Meeting", name).wait_for()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == f"Stage of {name}"
    page.get_by_role("status").filter(has_text=f"{name} is in Meeting now.").wait_for()


def test_a_move_that_is_refused_is_taken_back(pipeline: Pipeline, open_window: Open) -> None:
    page = open_window(pipeline.reader).page
    name, before = first_deal(page, "Meeting"), counted(page, "Customer")
    page.get_by_label(f"Stage of {name}").first.select_option("CUSTOMER")
    page.get_by_text("could not be moved: This API key lacks the scope opportunities:update").wait_for()
    card(page, "Meeting", name).wait_for()
    assert counted(page, "Customer") == before


def test_others_changes_come_by_themselves(pipeline: Pipeline, open_window: Open) -> None:
    page = open_window().page
    pipeline.ask('mutation { createOpportunity(data: {name: "From elsewhere", stage: MEETING}) { id } }')
    card(page, "Meeting", "From elsewhere").wait_for()


def options(page: Any) -> Any:
    """Of the search: those of the lists on cards have the same role."""
    return page.get_by_role("listbox", name="Found").get_by_role("option")


def found(page: Any, words: str) -> None:
    """Opens the first company that the search finds."""
    page.get_by_role("combobox", name="Search companies, people and deals").press_sequentially(words)
    options(page).first.wait_for()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("title", ["People", "Notes", "Tasks", "Messages"])
def test_a_list_of_a_company_scrolls_to_its_end(open_window: Open, title: str) -> None:
    page = open_window().page
    found(page, LARGE)
    panel = page.get_by_role("region", name=title, exact=True)
    panel.locator(".scroll > ul > li").first.wait_for()
    total = int(panel.get_by_role("heading", level=2).inner_text().split()[-1])
    items = panel.locator(".scroll > ul > li")
    assert total > 8 >= items.count()
    while (seen := items.count()) < total:
        panel.locator(".scroll").evaluate("list => list.scrollTo(0, list.scrollHeight)")
        items.nth(seen).wait_for(state="attached")
    assert items.count() == total
    assert panel.get_by_role("button", name="More", exact=True).count() == 0


def test_messages_of_a_thread_are_loaded_to_the_last(open_window: Open) -> None:
    page = open_window().page
    found(page, LARGE)
    panel = page.get_by_role("region", name="Messages", exact=True)
    panel.get_by_role("button", name="more message").first.wait_for()
    place = panel.locator(".thread").evaluate_all("all => all.findIndex(one => one.querySelector('button'))")
    thread = panel.locator(".thread").nth(place)
    messages, more = thread.locator("ol > li"), thread.get_by_role("button", name="more message")
    total = messages.count() + int(more.inner_text().split()[0])
    more.click()
    messages.nth(total - 1).wait_for(state="attached")
    assert messages.count() == total
    assert more.count() == 0


def test_a_task_is_ticked_off(pipeline: Pipeline, open_window: Open) -> None:
    page = open_window().page
    found(page, LARGE)
    panel = page.get_by_role("region", name="Tasks", exact=True)
    title = panel.locator(".task label").first.inner_text()
    panel.get_by_role("checkbox").first.check()
    panel.locator(".task[data-done=true]").filter(has_text=title).first.wait_for()
    page.wait_for_load_state("networkidle")
    done = pipeline.ask(
        "query ($title: String) { tasks(filter: {title: {eq: $title}, status: {eq: DONE}}) { totalCount } }",
        title=title,
    )
    assert done["tasks"]["totalCount"] >= 1


def test_search_is_worked_by_arrows_and_closed_by_escape(open_window: Open) -> None:
    page = open_window().page
    box = page.get_by_role("combobox", name="Search companies, people and deals")
    box.press_sequentially(LARGE.split()[0])
    options(page).nth(1).wait_for()
    page.keyboard.press("ArrowDown")
    assert options(page).nth(1).get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == options(page).nth(1).get_attribute("id")
    page.keyboard.press("Escape")
    assert options(page).count() == 0
    box.fill("qqqq")
    page.get_by_text("Nothing begins like that.").wait_for()


def test_without_a_token_it_asks_for_one(pipeline: Pipeline, browser: Any) -> None:
    page = browser.new_context().new_page()
    page.goto(pipeline.url)
    page.get_by_label("Token").fill(pipeline.token)
    page.get_by_role("button", name="Open").click()
    page.get_by_role("article").first.wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Token").wait_for()
    page.context.close()


def test_it_runs_while_it_is_developed(pipeline: Pipeline, browser: Any) -> None:
    """Where React mounts everything twice."""
    page = browser.new_context().new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{pipeline.developed}/#token={pipeline.token}")
    page.get_by_role("article").first.wait_for()
    page.get_by_text("Live", exact=True).wait_for()
    pipeline.ask('mutation { createOpportunity(data: {name: "While it is developed", stage: NEW}) { id } }')
    card(page, "New", "While it is developed").wait_for()
    page.context.close()
    assert faults == []
