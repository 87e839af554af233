"""What plans touch and what statements write, against the SQL of every case."""

import re
from dataclasses import replace
from typing import Any

import pytest

from schema.api import Api
from schema.context import Statement
from schema.plan.nodes import Write
from schema.plan.touched import Use, touched
from schema.sql.records import all_columns, columns_and_keys
from schema.sql.statement import statement
from tests.api.test_cases import CASES, SEED, read, variables_of
from tests.conftest import GraphQL

ALIAS = r"(?:AS new|t\d*|p|d|s|counted)\b"
TABLE = re.compile(rf'(?:FROM|JOIN|INTO|UPDATE|,) "(\w+)" {ALIAS}')
WRITTEN = re.compile(rf'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)" {ALIAS}')
COLUMN = re.compile(r'\b(?:t\d*|new|p|d|s|counted|input_\w+)\."(\w+)"|(?:SET|,) "(\w+)" =')
SERVERS = {"id", "createdAt", "updatedAt", "deletedAt"}  # columns that statements use of themselves
APART = {"emails_primary_email_apart", "domain_name_primary_link_url_apart"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
async def test_case(path: Any, graphql: GraphQL, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[tuple[Any, Statement]] = []

    def listening(workspace_id: Any, plan: Any, *, records_events: bool) -> Statement:
        made = statement(workspace_id, plan, records_events=records_events)
        printed.append((plan, made))
        return made

    document = read(path)
    await graphql(SEED)
    monkeypatch.setattr("schema.execution.root_plans.statement", listening)
    await graphql(document, **variables_of(document))
    assert printed
    for plan, made in printed:
        made = replace(made, text=without_whole_rows(made.text, api))
        uses = touched(plan)
        tables = {use.object_type.table for use in uses}
        tables_used = set(TABLE.findall(made.text))
        read_later = isinstance(plan, Write) and plan.by_id  # by a statement of its own
        assert tables_used <= tables if read_later else tables_used == tables
        assert set(WRITTEN.findall(made.text)) == {written.table for written in made.writes}
        columns = {use.column.name for use in uses if use.column}
        used = {name for names in COLUMN.findall(made.text) for name in names if name and "lookup_" not in name}
        assert used - SERVERS - APART - {"searchVector"} <= columns
        assert read_later or all(f'"{name}"' in made.text for name in columns)
        wrote = {use.object_type.table for use in uses if use.use in WRITES}
        assert {written.table for written in made.writes} <= wrote


def without_whole_rows(text: str, api: Api) -> str:
    """What locks and returns whole rows, for the outbox, says nothing of their columns."""
    widest_first = sorted(api.catalog.objects.values(), key=lambda object_type: -len(object_type.columns))
    for alias in set(re.findall(r'("?\w+"?)\."id"', text)):
        for object_type in widest_first:
            for columns in (columns_and_keys(object_type, alias), all_columns(object_type, alias)):
                text = text.replace(columns, f"{alias}.id")
    return text


WRITES = {Use.CREATE, Use.UPDATE, Use.DELETE, Use.RESTORE, Use.DESTROY, Use.MERGE, Use.ALONG}
