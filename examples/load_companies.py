"""Load the companies of the S&P 500 into a running Icosa, each with its address and a note, through the REST API.

    python examples/load_companies.py sp500-companies.csv

The file has a header and the columns Symbol, Security, GICS Sector, GICS Sub-Industry, Headquarters Location, Date
added, CIK and Founded, as the table on Wikipedia's "List of S&P 500 companies".

Ids are derived from the symbols, so the script can be run again: what is there already, even if it was deleted in the
meantime, is left alone, and what is missing is added. Nothing is ever changed.

Settings come from the environment: ICOSA_URL (default http://127.0.0.1:3000) and ICOSA_TOKEN (default: what the server
keeps in DATA_DIR/token; DATA_DIR defaults to .icosa). Needs the packages of the server's own environment.
"""

import csv
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from uuid import NAMESPACE_URL, UUID, uuid5

from rich.progress import Progress

BATCH = 50  # companies in one request
SECONDS = 30  # to wait for an answer
IDS = uuid5(NAMESPACE_URL, "https://en.wikipedia.org/wiki/List_of_S%26P_500_companies")

COLUMNS = (
    "Symbol",
    "Security",
    "GICS Sector",
    "GICS Sub-Industry",
    "Headquarters Location",
    "Date added",
    "CIK",
    "Founded",
)
STATES = (
    "Alabama,Alaska,Arizona,Arkansas,California,Colorado,Connecticut,D.C.,Delaware,Florida,Georgia,Hawaii,Idaho,"
    "Illinois,Indiana,Iowa,Kansas,Kentucky,Louisiana,Maine,Maryland,Massachusetts,Michigan,Minnesota,Mississippi,"
    "Missouri,Montana,Nebraska,Nevada,New Hampshire,New Jersey,New Mexico,New York,North Carolina,North Dakota,Ohio,"
    "Oklahoma,Oregon,Pennsylvania,Rhode Island,South Carolina,South Dakota,Tennessee,Texas,Utah,Vermont,Virginia,"
    "Washington,West Virginia,Wisconsin,Wyoming"
)

Row = dict[str, str]
Record = dict[str, Any]


@dataclass(frozen=True)
class Server:
    """Where the API is, and the token that opens it."""

    url: str
    token: str

    def post(self, path: str, body: Any) -> Any:
        """The answer's JSON. Ends the script with one line where there is none."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = Request(self.url + path, json.dumps(body).encode(), headers)
        try:
            with urlopen(request, timeout=SECONDS) as response:
                return json.load(response)
        except HTTPError as error:
            sys.exit(f"POST {path} was refused with {error.code}: {_reason(error)}")
        except (URLError, TimeoutError) as error:
            sys.exit(f"Cannot reach {self.url} ({getattr(error, 'reason', error)}). Is the server running? `make run`")

    def missing(self, plural: str, records: Sequence[Record]) -> list[Record]:
        """Those of the records whose ids are not there yet, not even deleted."""
        query = (
            f"query ($ids: [ID!], $first: Int) {{ {plural}(first: $first, filter: {{id: {{in: $ids}},"
            " or: [{deletedAt: {is: NULL}}, {deletedAt: {is: NOT_NULL}}]}) { edges { node { id } } } }"
        )
        ids = [record["id"] for record in records]
        answer = self.post("/graphql", {"query": query, "variables": {"ids": ids, "first": len(ids)}})
        if "errors" in answer:
            sys.exit(f"Looking up {plural}: {answer['errors'][0]['message']}")
        found = {edge["node"]["id"] for edge in answer["data"][plural]["edges"]}
        return [record for record in records if record["id"] not in found]

    def add(self, plural: str, records: Sequence[Record]) -> int:
        """Create what is missing of the records. Gives their number."""
        missing = self.missing(plural, records)
        if missing:
            self.post(f"/rest/batch/{plural}?depth=0", missing)
        return len(missing)


def _reason(error: HTTPError) -> str:
    """What the server says in its error envelope, in REST or in GraphQL."""
    try:
        body = json.loads(error.read())
        messages = body.get("messages") or [found["message"] for found in body["errors"]]
        return "; ".join(messages)
    except (ValueError, KeyError, AttributeError):
        return error.reason


def server_from_environment() -> Server:
    url = os.environ.get("ICOSA_URL", "http://127.0.0.1:3000").rstrip("/")
    token = os.environ.get("ICOSA_TOKEN")
    if token is None:
        kept = Path(os.environ.get("DATA_DIR", ".icosa"), "token")
        try:
            token = kept.read_text()
        except OSError as error:
            sys.exit(f"No token: ICOSA_TOKEN is not set, and {kept} cannot be read ({error.strerror}).")
    return Server(url, token.strip())


def read(path: str) -> list[Row]:
    """The rows of the file. Ends the script with one line where it is not the file that is meant."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except OSError as error:
        sys.exit(f"{path} cannot be read: {error.strerror}")
    except (UnicodeDecodeError, csv.Error) as error:
        sys.exit(f"{path} is not CSV in UTF-8: {error}")
    lacking = [column for column in COLUMNS if not rows or rows[0].get(column) is None]
    if lacking:
        sys.exit(f"{path} has no {', '.join(lacking)}: its header must be {','.join(COLUMNS)}")
    return rows


def record_id(kind: str, row: Row) -> str:
    """The same id in every run."""
    found: UUID = uuid5(IDS, f"{kind}/{row['Symbol']}")
    return str(found)


def company(row: Row) -> Record:
    return {"id": record_id("company", row), "name": row["Security"], "address": address(row["Headquarters Location"])}


def address(headquarters: str) -> Record:
    """`Saint Paul, Minnesota` or `Dublin, Ireland`; of several headquarters the first, footnote marks left out."""
    first = re.sub(r"\[\d+\]", "", headquarters).split(";")[0].strip()
    city, comma, region = first.rpartition(", ")
    if not comma:
        return {}
    if region in STATES.split(","):
        return {"addressCity": city, "addressState": region, "addressCountry": "United States"}
    return {"addressCity": city, "addressCountry": region}


def note(row: Row) -> Record:
    facts = {
        "Symbol": row["Symbol"],
        "Sector": row["GICS Sector"],
        "Industry": row["GICS Sub-Industry"],
        "Headquarters": row["Headquarters Location"],
        "Founded": row["Founded"],
        "In the S&P 500 since": row["Date added"],
        "CIK": row["CIK"],
    }
    lines = [f"- **{name}:** {value}" for name, value in facts.items() if value]
    title = f"{row['Security']} in the S&P 500"
    return {"id": record_id("note", row), "title": title, "bodyV2": {"markdown": "\n".join(lines)}}


def note_target(row: Row) -> Record:
    ids = {"noteId": record_id("note", row), "companyId": record_id("company", row)}
    return {"id": record_id("noteTarget", row), **ids}


def batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def load(server: Server, rows: Sequence[Row]) -> int:
    """Gives the number of companies that were not there before."""
    added = 0
    with Progress() as progress:
        task = progress.add_task("Companies", total=len(rows))
        for batch in batches(rows):
            added += server.add("companies", [company(row) for row in batch])
            server.add("notes", [note(row) for row in batch])
            server.add("noteTargets", [note_target(row) for row in batch])
            progress.advance(task, len(batch))
    return added


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Usage: python examples/load_companies.py sp500-companies.csv")
    rows = read(sys.argv[1])
    added = load(server_from_environment(), rows)
    print(f"{len(rows)} companies: {added} added, {len(rows) - added} were there already.")


if __name__ == "__main__":
    main()
