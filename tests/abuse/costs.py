"""Attacks with a token: operations that cost more than they look, and input in which work could be more than linear."""

from pathlib import Path

from tests.abuse.attack import Attacks, Target

ATTACKS = Attacks()
DOCUMENTS = Path(__file__).parent / "documents"


def document(name: str) -> str:
    return (DOCUMENTS / f"{name}.graphql").read_text()


def aliases(field: str, number: int) -> str:
    return f"{{ {' '.join(f'a{n}: {field}' for n in range(number))} }}"


@ATTACKS.add("fragments that double")
async def fragments(target: Target) -> str:
    return await target.graphql(document("fragments_that_double"))


@ATTACKS.add("pages in pages")
async def pages(target: Target) -> str:
    return await target.graphql(document("pages_in_pages"))


@ATTACKS.add("introspection by aliases")
async def introspection(target: Target) -> str:
    return await target.graphql(document("introspection_by_aliases"))


@ATTACKS.add("500 aliases of a connection")
async def connections(target: Target) -> str:
    return await target.graphql(
        f"{{ {' '.join(f'a{n}: people {{ edges {{ node {{ id }} }} }}' for n in range(500))} }}"
    )


@ATTACKS.add("10,000 aliases of a count")
async def counts(target: Target) -> str:
    return await target.graphql(aliases("people { totalCount }", 10_000))


@ATTACKS.add("220 look-ups that find nothing")
async def look_ups(target: Target) -> str:
    fields = (
        f'a{n}: person(filter: {{id: {{eq: "{n:08}-89ab-7def-8123-456789abcdef"}}}}) {{ id }}' for n in range(220)
    )
    return await target.graphql(f"{{ {' '.join(fields)} }}")


@ATTACKS.add("1 MB of variable declarations")
async def variables(target: Target) -> str:
    declared = " ".join(f"$v{n}: Int" for n in range(80_000))
    return await target.graphql(f"query ({declared}) {{ people {{ totalCount }} }}")


@ATTACKS.add("110 unknown fields")
async def unknown_fields(target: Target) -> str:
    return await target.graphql(f"{{ people {{ edges {{ node {{ {' '.join(f'naem{n}' for n in range(110))} }} }} }} }}")


@ATTACKS.add("a string without an end")
async def unclosed(target: Target) -> str:
    return await target.graphql('{ people(filter: {city: {eq: "' + "\\u0041" * 9900)


@ATTACKS.add("blanks in order_by")
async def blanks(target: Target) -> str:
    return await target.ask("GET", f"/rest/people?order_by=name{'%20' * 8000}x")


@ATTACKS.add("brackets in a filter")
async def brackets(target: Target) -> str:
    return await target.ask("GET", f"/rest/people?filter={'and(' * 5000}")
