"""Ask two servers the same, and say where the shapes of their answers differ: to try a client's operations on Icosa.

    python examples/compare_servers.py [--writes] recorded.har operations/*.graphql

A HAR file is what a browser's network tab saves ("Save all as HAR"): its requests to `/graphql`, `/metadata` and
`/rest/…` are asked again. A `.graphql` file is one document; a `.json` file of the same name beside it has variables.

ONE_URL and ONE_TOKEN name the first server, OTHER_URL and OTHER_TOKEN the second. Only reads are sent, unless --writes
says that mutations and other methods than GET are too. Values are not compared, since the servers hold other records,
but what they are of: which keys, which kinds of value, which status, which error codes. What a list holds is compared
as one, so that it does not matter how many there are; of an empty one nothing is known.

Ends with status 1 when something differs. Needs nothing but Python.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

SERVED = ("/graphql", "/metadata", "/rest/")
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Operation:
    """A request without its server: `target` is a path with its query."""

    name: str
    method: str
    target: str
    body: str | None

    @property
    def writes(self) -> bool:
        if urlsplit(self.target).path.startswith("/rest/"):
            return self.method not in ("GET", "HEAD")
        query = json.loads(self.body).get("query", "") if self.body else ""
        return any(line.lstrip().startswith("mutation") for line in query.splitlines())


@dataclass(frozen=True, slots=True)
class Server:
    url: str
    token: str

    def ask(self, operation: Operation) -> tuple[int, Any]:
        """The status and the JSON of an answer, whatever it says."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        body = operation.body.encode() if operation.body else None
        request = Request(self.url.rstrip("/") + operation.target, body, headers, method=operation.method)
        try:
            with urlopen(request, timeout=SECONDS) as response:
                return response.status, _json(response.read())
        except HTTPError as error:
            return error.code, _json(error.read())


def operations(paths: Sequence[str]) -> Iterator[Operation]:
    for path in map(Path, paths):
        if path.suffix == ".har":
            yield from _recorded(json.loads(path.read_text()))
        else:
            beside = path.with_suffix(".json")
            variables = json.loads(beside.read_text()) if beside.exists() else {}
            body = json.dumps({"query": path.read_text(), "variables": variables})
            yield Operation(path.name, "POST", "/graphql", body)


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two shapes differ; what is null or unknown on one side differs from nothing."""
    if one is None or other is None:
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            at = f"{path}.{key}".lstrip(".")
            if key in one and key in other:
                yield from differences(one[key], other[key], at)
            else:
                yield f"{at}: only in the {'first' if key in one else 'other'}"
    elif isinstance(one, list) and isinstance(other, list):
        yield from differences(one[0] if one else None, other[0] if other else None, f"{path}[]")
    elif one != other:
        yield f"{path or 'the answer'}: {_told(one)} in the first, {_told(other)} in the other"


def shape(value: Any) -> Any:
    """Objects by their keys, lists by what their items have in common, anything else by what it is."""
    match value:
        case dict() if "errors" in value or "code" in value:
            return {key: item if key == "code" else shape(item) for key, item in value.items() if key != "message"}
        case dict():
            return {key: shape(item) for key, item in value.items()}
        case list():
            shapes = [shape(item) for item in value if item is not None]
            return [_united(shapes)] if shapes else []
        case None:
            return None
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case _:
            return "a text"


def _united(shapes: list[Any]) -> Any:
    """One shape for all items; a key that is null in one has the shape of another."""
    if not all(isinstance(one, dict) for one in shapes):
        return next((one for one in shapes if one is not None), None)
    keys = {key: [one[key] for one in shapes if one.get(key) is not None] for one in shapes for key in one}
    return {key: _united(found) if found else None for key, found in keys.items()}


def _told(value: Any) -> str:
    return "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else str(value)


def _recorded(har: Any) -> Iterator[Operation]:
    for number, entry in enumerate(har["log"]["entries"], 1):
        request = entry["request"]
        parts = urlsplit(request["url"])
        begin = next((parts.path.find(path) for path in SERVED if path in parts.path), -1)
        if begin >= 0 and request["method"] != "OPTIONS":
            target = parts.path[begin:] + (f"?{parts.query}" if parts.query else "")
            body = request.get("postData", {}).get("text")
            yield Operation(f"{number} {request['method']} {target[:60]}", request["method"], target, body)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")


def main(arguments: Sequence[str]) -> int:
    writes = "--writes" in arguments
    names = [name for name in arguments if name != "--writes"]
    wanted = ("ONE_URL", "ONE_TOKEN", "OTHER_URL", "OTHER_TOKEN")
    if not names or any(name not in os.environ for name in wanted):
        print(__doc__, file=sys.stderr)
        return 2
    one, other = (Server(os.environ[f"{which}_URL"], os.environ[f"{which}_TOKEN"]) for which in ("ONE", "OTHER"))
    differing = 0
    for operation in operations(names):
        if operation.writes and not writes:
            print(f"left out  {operation.name}: it writes")
            continue
        (status, answer), (other_status, other_answer) = one.ask(operation), other.ask(operation)
        found = [f"status {status} and {other_status}"] if status != other_status else []
        found += differences(shape(answer), shape(other_answer))
        print(f"{'differs' if found else 'same':9} {operation.name}")
        print(*(f"{'':9} {line}\n" for line in found), sep="", end="")
        differing += bool(found)
    return 1 if differing else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (URLError, OSError, ValueError) as error:
        sys.exit(f"compare_servers: {error}")
