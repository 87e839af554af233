"""RICH_TEXT_V2: one notation from the other."""

import json
import time
from typing import Any
from uuid import UUID

import pytest

from schema.errors import BadUserInput
from schema.values.rich_text import rich_text


def blocks_of(markdown: str) -> Any:
    return json.loads(rich_text({"markdown": markdown}, "bodyV2")["blocknote"])


def markdown_of(blocks: Any) -> str:
    return rich_text({"blocknote": json.dumps(blocks)}, "bodyV2")["markdown"]


def text(value: str, *styles: str) -> dict[str, Any]:
    return {"type": "text", "text": value, "styles": dict.fromkeys(styles, True)}


def block(kind: str, *content: Any, children: Any = (), **props: Any) -> dict[str, Any]:
    return {"id": "1", "type": kind, "props": props, "content": list(content), "children": list(children)}


def outline(blocks: list[dict[str, Any]]) -> list[Any]:
    """Type, text and children of each block."""
    return [
        (
            item["type"],
            "".join(run.get("text", "") for run in item.get("content", [])),
            *([outline(item["children"])] if item["children"] else []),
        )
        for item in blocks
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, {"blocknote": "", "markdown": ""}),
        ({"blocknote": None, "markdown": None}, {"blocknote": "", "markdown": ""}),
        ({"markdown": ""}, {"blocknote": "", "markdown": ""}),
        ({"markdown": " \n"}, {"blocknote": "", "markdown": " \n"}),
        ({"blocknote": ""}, {"blocknote": "", "markdown": ""}),
        ({"blocknote": "[]", "markdown": None}, {"blocknote": "[]", "markdown": ""}),
        ({"blocknote": "no JSON", "markdown": "kept"}, {"blocknote": "no JSON", "markdown": "kept"}),
    ],
)
def test_which_notation_is_made(value: dict[str, Any], expected: dict[str, str]) -> None:
    assert rich_text(value, "bodyV2") == expected


def test_what_is_given_is_kept_byte_for_byte() -> None:
    assert rich_text({"markdown": "a  \n\n\n*b*\n"}, "bodyV2")["markdown"] == "a  \n\n\n*b*\n"
    assert rich_text({"blocknote": ' [{"type": "x"} ]'}, "bodyV2")["blocknote"] == ' [{"type": "x"} ]'


@pytest.mark.parametrize(
    ("blocknote", "key"),
    [
        *[(bad, "blocknote") for bad in ("text", "{}", "1", "null", '["a"]', "[{}]", '[{"type": 1}]', "[[]]")],
        *[('[{"type":"paragraph","children":' + bad + "}]", "blocknote") for bad in ("1", '"a"', "[1]", '{"a":1}')],
        ('[{"type":"paragraph","content":"\\u0000"}]', "blocknote"),
        ('[{"type":"a","children":' * 150 + "[]" + "}]" * 150, "blocknote"),
        ("[" * 100_000, "blocknote"),
        ("a\0", "blocknote"),
        (1, "blocknote"),
        ("\ud800", "markdown"),
        (["a"], "markdown"),
    ],
    ids=range(19),
)
def test_refused(blocknote: Any, key: str) -> None:
    with pytest.raises(BadUserInput, match=f'Invalid value for field "bodyV2.{key}": '):
        rich_text({key: blocknote}, "bodyV2")


def test_blocks_have_ids_and_default_props() -> None:
    first, second = blocks_of("# A\n\n- [x] **b** [c](https://d.e)")
    assert UUID(first.pop("id")) != UUID(second.pop("id"))
    aligned = {"textColor": "default", "backgroundColor": "default", "textAlignment": "left"}
    assert first == {"type": "heading", "props": {**aligned, "level": 1}, "content": [text("A")], "children": []}
    link = {"type": "link", "href": "https://d.e", "content": [text("c")]}
    assert second == {
        "type": "checkListItem",
        "props": {**aligned, "checked": True},
        "content": [text("b", "bold"), text(" "), link],
        "children": [],
    }


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a\nb\n\nc", [("paragraph", "a b"), ("paragraph", "c")]),
        ("a  \nb\\\nc", [("paragraph", "a\nb\nc")]),
        ("# a\n## b\n### c\n#### d\n", [("heading", "a"), ("heading", "b"), ("heading", "c"), ("heading", "d")]),
        (
            "- a\n  1. b\n     - c\n- d",
            [("bulletListItem", "a", [("numberedListItem", "b", [("bulletListItem", "c")])]), ("bulletListItem", "d")],
        ),
        ("- [ ] a\n- [X] b\n- [x]c", [("checkListItem", "a"), ("checkListItem", "b"), ("bulletListItem", "[x]c")]),
        ("- \\[ ] a", [("bulletListItem", "[ ] a")]),
        ("- a\n\n  b", [("bulletListItem", "a", [("paragraph", "b")])]),
        ("-\n- # a", [("bulletListItem", ""), ("bulletListItem", "", [("heading", "a")])]),
        ("> a\n>\n> b\n> - c", [("quote", "a"), ("quote", "b", [("bulletListItem", "c")])]),
        ("> - a", [("quote", "", [("bulletListItem", "a")])]),
        (">", [("quote", "")]),
        ("```py x\n a\n\n```", [("codeBlock", " a\n")]),
        ("    a", [("codeBlock", "a")]),
        ("a ![b](c) d", [("paragraph", "a"), ("image", ""), ("paragraph", "d")]),
        ("<b>a</b>\n\n<div>\n\n---", [("paragraph", "<b>a</b>"), ("paragraph", "<div>")]),
        ("&copy; \\*", [("paragraph", "© *")]),
    ],
)
def test_markdown_to_blocks(markdown: str, expected: list[Any]) -> None:
    assert outline(blocks_of(markdown)) == expected


@pytest.mark.parametrize(
    ("markdown", "props"),
    [
        ("## a", {"level": 2}),
        ("##### a", {"level": 3}),
        ("```py\n```", {"language": "py"}),
        ("```\n```", {"language": "text"}),
        ("3. a", {"start": 3}),
        ('![a *b*](https://c.d/ü "e")', {"url": "https://c.d/ü", "name": "a b", "caption": "e"}),
    ],
)
def test_props(markdown: str, props: dict[str, Any]) -> None:
    found = blocks_of(markdown)[0]["props"]
    assert {key: found[key] for key in props} == props


def test_a_table() -> None:
    (table,) = blocks_of("| a | **b** |\n|---|---|\n| `c\\|d` |")
    assert table["content"] == {
        "type": "tableContent",
        "rows": [
            {"cells": [[text("a")], [text("b", "bold")]]},
            {"cells": [[text("c|d", "code")], []]},
        ],
    }


def test_where_no_block_can_stand_an_image_is_a_link() -> None:
    (heading,) = blocks_of("# ![a](b)")
    assert heading["content"] == [{"type": "link", "href": "b", "content": [text("a")]}]
    (paragraph,) = blocks_of("[![a](b)](c)")
    assert paragraph["content"] == [{"type": "link", "href": "c", "content": [text("a")]}]


def cells(*values: str) -> dict[str, Any]:
    return {"cells": [[text(value)] for value in values]}


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ([block("paragraph", text("a "), text("b", "bold"), text(" c", "italic"))], "a **b**_&#32;c_"),
        ([block("paragraph", text("a", "bold", "italic", "strike", "code"))], "**_~~`a`~~_**"),
        ([block("paragraph", text("a:", "bold"), text("b"))], "**a:**&#98;"),
        ([block("paragraph", text("a"), text("b", "bold"), text("c", "bold", "italic"))], "&#97;**&#98;_c_**"),
        ([block("paragraph", text("a`b", "code"), text("`"))], "``a`b``\\`"),
        (
            [block("paragraph", text("1. a\n# b\n- c\n> d\n+ e\n==="))],
            "1\\. a\\\n\\# b\\\n\\- c\\\n\\> d\\\n\\+ e\\\n\\===",
        ),
        (
            [block("paragraph", text("[a](b) <b> &amp; a_b ~ a < b & c!"))],
            "\\[a\\](b) \\<b> \\&amp; a\\_b \\~ a < b & c\\!",
        ),
        ([block("heading", text("a #"), level=2)], "## a \\#"),
        ([block("heading", text("a"), level=99)], "###### a"),
        ([block("bulletListItem", text("a"), children=[block("numberedListItem", text("b"))])], "- a\n  1. b"),
        ([block("bulletListItem", text("a"), children=[block("bulletListItem")])], "- a\n\n  -"),
        ([block("bulletListItem", text("a"), children=[block("paragraph", text("b"))])], "- a\n\n  b"),
        ([block("numberedListItem", text("a"), start=9), block("numberedListItem", text("b"))], "9. a\n10. b"),
        ([block("checkListItem", text("a"), checked=True), block("checkListItem")], "- [x] a\n- [ ]"),
        ([block("bulletListItem", text("a")), block("numberedListItem", text("b"))], "- a\n\n1. b"),
        ([block("quote", text("a\nb"), children=[block("bulletListItem", text("c"))])], "> a\\\n> b\n>\n> - c"),
        ([block("codeBlock", text("```\n"), language="c++")], "````c++\n```\n\n````"),
        ([block("codeBlock", text("a"), language="`\n")], "```\na\n```"),
        ([block("image", url="a b", name="c", caption='"d"')], '![c](<a b> "\\"d\\"")'),
        ([block("image", url="javascript:a", name="c")], "c"),
        ([block("image")], ""),
        ([block("paragraph", {"type": "link", "href": "a(b", "content": [text("c")]}, text("!"))], "[c](<a(b>)\\!"),
        ([block("paragraph", {"type": "link", "href": "javascript:a", "content": [text("c")]})], "c"),
        (
            [{"type": "paragraph", "content": "a"}, {"type": "paragraph"}, {"type": "paragraph", "content": "b"}],
            "a\n\nb",
        ),
        (
            [{"type": "table", "content": {"type": "tableContent", "rows": [cells("a|", "b"), cells("c\nd")]}}],
            "| a\\| | b |\n| --- | --- |\n| c&#10;d |",
        ),
        (
            [{"type": "table", "content": {"rows": [{"cells": [{"type": "tableCell", "content": [text("a")]}]}]}}],
            "| a |\n| --- |",
        ),
        ([{"type": "table", "content": None}, {"type": "table", "content": {"rows": [1, {"cells": 1}]}}], ""),
        (
            [{"type": "alert", "content": [text("a", "bold")], "children": [block("paragraph", text("b"))]}],
            "**a**\n\nb",
        ),
        ([block("paragraph", {"type": "mention", "content": [text("a")]}, 1, "b")], "ab"),
        ([{"type": "paragraph", "props": 1, "content": 1, "children": None}], ""),
    ],
    ids=range(30),
)
def test_blocks_to_markdown(blocks: Any, expected: str) -> None:
    assert markdown_of(blocks) == expected


def test_links_are_kept_byte_for_byte() -> None:
    for href in ("https://A.b/ü?c=%20&copy;=1", "a b", "a\\b", "<a>", "", "a)("):
        markdown = markdown_of([block("paragraph", {"type": "link", "href": href, "content": [text("x")]})])
        assert blocks_of(markdown)[0]["content"] == [{"type": "link", "href": href, "content": [text("x")]}]


def test_code_in_a_link_does_not_define_a_reference() -> None:
    link = {"type": "link", "href": "https://a.b", "content": [text("]:", "code")]}
    assert blocks_of(markdown_of([block("paragraph", link)]))[0]["content"] == [link]


def test_deep_blocks_follow_the_block_that_holds_them() -> None:
    deep = block("bulletListItem", text("0"))
    for level in range(1, 90):
        deep = block("bulletListItem", text(str(level)), children=[deep])
    lines = markdown_of([deep]).split("\n")
    assert [line.strip(" -") for line in lines] == [str(level) for level in range(89, -1, -1)]
    assert max(len(line) for line in lines) < 50


@pytest.mark.parametrize(
    "markdown",
    [
        ">" * 5000 + "zq",
        "".join("  " * level + "- zq\n" for level in range(200)),
        "![" * 1900 + "zq" + "](x)" * 1900,
        "[" * 20_000 + "zq",
        "![" * 20_000 + "zq",
        "[zq](" * 20_000,
        "*" * 20_000 + "zq" + "*" * 20_000,
        "~~zq" * 20_000,
        "|zq" * 300 + "|\n" + "|-" * 300 + "|\n" + "|\n" * 1000,
        "-" * 190_000 + "zq",
        "zq\n" * 500_000,
    ],
    ids=range(11),
)
def test_hostile_markdown_keeps_its_text_and_takes_no_time(markdown: str) -> None:
    start = time.process_time()
    blocknote = rich_text({"markdown": markdown}, "bodyV2")["blocknote"]
    assert time.process_time() - start < 5
    assert "zq" in blocknote


@pytest.mark.parametrize("run", [" ", "\n", "#", "`", "&a", "|", "=", "1", "*"])
def test_long_runs_are_printed_in_no_time(run: str) -> None:
    start = time.process_time()
    markdown_of([block("paragraph", text(f"a{run * 100_000}b")), block("heading", text(f"a{run * 100_000}b"))])
    assert time.process_time() - start < 3


def test_text_below_the_limit_of_nesting_is_kept() -> None:
    (paragraph,) = blocks_of("> " * 150 + "deep")
    assert outline([paragraph]) == [("paragraph", "> " * 150 + "deep")]
