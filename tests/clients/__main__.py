"""Generates and runs published clients against a server that it starts: `python -m tests.clients FOLDER`."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from rest_shim.openapi.document import complete
from schema.catalog.loading import load
from tests.clients import documented
from tests.clients.toolbox import Toolbox, beside_a_server
from tests.happened import Happening, happened, person

DESCRIPTION = "openapi.json"
STRICT = ("--strict", "--skipLibCheck", "--noEmit", "--target", "es2022", "--lib", "es2022,dom", "--module", "nodenext")


def main(folder: Path) -> int:
    failed = 0
    with beside_a_server(folder) as tools:
        (tools.out / DESCRIPTION).write_bytes(complete(load()))
        for name, use in CLIENTS.items():
            try:
                use(tools)
            except subprocess.CalledProcessError as error:
                failed += 1
                print(f"{name}: FAILED\n{error.stdout}", flush=True)
            else:
                print(f"{name}: ok", flush=True)
    return failed


def _gql(tools: Toolbox) -> None:
    tools.python("gql_client.py")


def _graphql_js(tools: Toolbox) -> None:
    tools.node("graphql_js.mjs")


def _graphql_codegen(tools: Toolbox) -> None:
    tools.copy("codegen.cjs", "operations.graphql", "codegen_client.ts")
    tools.run("graphql-codegen", "--config", "codegen.cjs")
    tools.run("tsc", *STRICT, "codegen_client.ts")


def _openapi_python_client(tools: Toolbox) -> None:
    generate = ("openapi-python-client", "generate", "--path", DESCRIPTION, "--output-path", "openapi_client")
    tools.run(*generate, "--meta", "none", "--fail-on-warning")
    tools.python("openapi_company.py")


def _openapi_typescript(tools: Toolbox) -> None:
    tools.copy("openapi_typescript_client.ts")
    tools.run("openapi-typescript", DESCRIPTION, "-o", "openapi_typescript.ts")
    tools.run("tsc", *STRICT, "openapi_typescript_client.ts")


def _orval(tools: Toolbox) -> None:
    tools.copy("orval.cjs")
    tools.run("orval", "--config", "orval.cjs")
    tools.run("tsc", *STRICT, "orval.ts")


def _streams(tools: Toolbox) -> None:
    with _happening(tools):
        tools.node("streams.mjs")


@contextmanager
def _happening(tools: Toolbox) -> Iterator[None]:
    """Events of people and companies all the time, beside those that the program makes itself."""
    ended = threading.Event()

    async def make() -> None:
        connection = await asyncpg.connect(tools.database.url)
        company = Happening("company", "created", uuid4(), {})
        while not ended.is_set():
            await happened(connection, UUID(tools.database.workspace), person(), company)
            await asyncio.sleep(0.1)
        await connection.close()

    thread = threading.Thread(target=asyncio.run, args=(make(),))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


CLIENTS: Mapping[str, Callable[[Toolbox], None]] = {
    "gql on graphql-core 3.2": _gql,
    "graphql-js 16": _graphql_js,
    "graphql-codegen of all types": _graphql_codegen,
    "openapi-python-client": _openapi_python_client,
    "openapi-typescript": _openapi_typescript,
    "orval": _orval,
    "graphql-sse and graphql-ws": _streams,
    **{title: partial(documented.run, script=script) for title, script in documented.commands().items()},
}

if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
