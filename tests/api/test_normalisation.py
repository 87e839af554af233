"""What a value becomes before it is stored: links, e-mails, phones, texts and rich texts."""

import orjson
import pytest

from tests.conftest import GraphQL
from tests.records import (
    Json,
    create,
    error,
    only,
)


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("https://Acme.com/", "https://acme.com"),
        ("HTTP://ACME.com", "http://acme.com"),
        ("https://Acme.com/Path/", "https://acme.com/Path/"),
        ("https://Acme.com?Q=1", "https://acme.com?Q=1"),
        ("https://User@Acme.com:8080/", "https://User@acme.com:8080"),
        ("https://Acme.com:443/", "https://acme.com"),
        ("Acme.com", "https://acme.com"),
        ("Acme.com/de", "https://acme.com/de"),
        (" not a url ", "not a url"),
        ("", ""),
        (None, ""),
    ],
)
async def test_links(graphql: GraphQL, given: str | None, stored: str) -> None:
    link = {"primaryLinkUrl": given, "secondaryLinks": [{"label": "L", "url": given}]}
    query = """mutation ($d: CompanyCreateInput) {
      createCompany(data: $d) { id domainName { primaryLinkUrl secondaryLinks } } }"""
    made = await only(graphql, query, d={"domainName": link})
    assert made["domainName"] == {"primaryLinkUrl": stored, "secondaryLinks": [{"label": "L", "url": stored or given}]}
    update = """mutation ($id: ID, $d: CompanyUpdateInput) {
      updateCompany(id: $id, data: $d) { domainName { primaryLinkUrl } } }"""
    assert await only(graphql, update, id=made["id"], d={"domainName": {"primaryLinkUrl": given}}) == {
        "domainName": {"primaryLinkUrl": stored}
    }


@pytest.mark.parametrize(
    "given",
    ["Joe <JOE@bücher.de>", "mailto:joe@bücher.de", " joe@xn--bcher-kva.de ", "joe@bu\u0308cher.de"],
)
async def test_emails(graphql: GraphQL, given: str) -> None:
    query = """mutation ($d: PersonCreateInput) {
      createPerson(data: $d) { emails { primaryEmail additionalEmails } } }"""
    made = await only(graphql, query, d={"emails": {"primaryEmail": given, "additionalEmails": [given]}})
    assert made["emails"] == {"primaryEmail": "joe@bücher.de", "additionalEmails": ["joe@bücher.de"]}
    found = "query ($e: String) { people(filter: {emails: {primaryEmail: {eq: $e}}}) { totalCount } }"
    assert (await only(graphql, found, e=given))["totalCount"] == 1


async def test_phones(graphql: GraphQL) -> None:
    parts = "primaryPhoneNumber primaryPhoneCountryCode primaryPhoneCallingCode additionalPhones"
    query = f"mutation ($d: [PersonCreateInput!]) {{ createPeople(data: $d) {{ phones {{ {parts} }} }} }}"
    given = {"primaryPhoneNumber": "+33 6 12 34 56 78", "additionalPhones": ["+33 6 12 34 56 79"]}
    (made,) = await only(graphql, query, d=[{"phones": given}])
    assert made["phones"] == {
        "primaryPhoneNumber": "612345678",
        "primaryPhoneCountryCode": "FR",
        "primaryPhoneCallingCode": "+33",
        "additionalPhones": [{"number": "612345679", "countryCode": "FR", "callingCode": "+33"}],
    }


@pytest.mark.parametrize(
    ("phones", "message"),
    [
        (
            {"primaryPhoneNumber": "1", "primaryPhoneCountryCode": "XX"},
            'Invalid value for field "[1].phones.primaryPhoneCountryCode": "XX" is not the code of a country',
        ),
        (
            {"primaryPhoneCallingCode": "+999"},
            'Invalid value for field "[1].phones.primaryPhoneCallingCode": "+999" is not a calling code',
        ),
        (
            {"primaryPhoneCallingCode": "9" * 5000},
            f'Invalid value for field "[1].phones.primaryPhoneCallingCode": "{"9" * 99}…" is not a calling code',
        ),
        (
            {"additionalPhones": [{"phone": "9", "foo": 1}]},
            '[1]: Unknown keys "phone", "foo" for fields "phones.additionalPhones[0].phone",'
            ' "phones.additionalPhones[0].foo". It holds number, countryCode, callingCode',
        ),
        (
            {"additionalPhones": [{"nubmer": "9"}]},
            'Unknown key "nubmer" for field "[1].phones.additionalPhones[0].nubmer". Did you mean \'number\'?'
            " It holds number, countryCode, callingCode",
        ),
        (
            {"additionalPhones": ["1", {"countryCode": "XX"}]},
            'Invalid value for field "[1].phones.additionalPhones[1].countryCode": "XX" is not the code of a country',
        ),
    ],
)
async def test_phones_that_are_refused(graphql: GraphQL, phones: Json, message: str) -> None:
    query = "mutation ($d: [PersonCreateInput!]) { createPeople(data: $d) { id } }"
    assert await error(graphql, query, d=[{}, {"phones": phones}]) == ("BAD_USER_INPUT", message)


async def test_text_is_stored_and_compared_in_one_form(graphql: GraphQL) -> None:
    query = "mutation ($d: PersonCreateInput) { createPerson(data: $d) { name { firstName } } }"
    made = await only(graphql, query, d={"name": {"firstName": "Jose\u0301"}})
    assert made["name"]["firstName"] == "Jos\u00e9"
    for operator, operand in (("eq", "Jose\u0301"), ("eq", "Jos\u00e9"), ("like", "%e\u0301"), ("endsWith", "e\u0301")):
        found = f"query ($x: String) {{ people(filter: {{name: {{firstName: {{{operator}: $x}}}}}}) {{ totalCount }} }}"
        assert (await only(graphql, found, x=operand))["totalCount"] == 1


RICH_TEXTS: list[tuple[Json, str | None, str | None]] = [
    # What is given, and the markdown and the BlockNote types that are answered.
    ({"markdown": "# Title\n\nSome **bold** text"}, "# Title\n\nSome **bold** text", "heading,paragraph"),
    ({"markdown": "* a\n* b"}, "* a\n* b", "bulletListItem,bulletListItem"),
    ({"markdown": ""}, "", None),
    ({"markdown": None}, "", None),
    ({}, "", None),
    ({"blocknote": '[{"type":"paragraph","content":[{"type":"text","text":"hi","styles":{}}]}]'}, "hi", "paragraph"),
    ({"blocknote": '[{"type":"unknown","content":"kept"}]', "markdown": "other"}, "other", "unknown"),
    ({"blocknote": "", "markdown": "text"}, "text", None),
]


def _types(blocknote: str) -> str | None:
    return ",".join(block["type"] for block in orjson.loads(blocknote)) if blocknote else None


@pytest.mark.parametrize(("given", "markdown", "types"), RICH_TEXTS, ids=[str(case[0])[:40] for case in RICH_TEXTS])
async def test_rich_text(graphql: GraphQL, given: Json, markdown: str, types: str | None) -> None:
    query = "mutation ($d: NoteCreateInput) { createNote(data: $d) { id bodyV2 { markdown blocknote } } }"
    made = await only(graphql, query, d={"bodyV2": given})
    assert made["bodyV2"]["markdown"].rstrip("\n") == markdown
    assert _types(made["bodyV2"]["blocknote"]) == types
    old = await create(graphql, "Note", bodyV2={"markdown": "old"})
    update = (
        "mutation ($id: ID, $d: NoteUpdateInput) { updateNote(id: $id, data: $d) { bodyV2 { markdown blocknote } } }"
    )
    changed = (await only(graphql, update, id=old, d={"bodyV2": given}))["bodyV2"]
    assert (changed["markdown"].rstrip("\n"), _types(changed["blocknote"])) == (markdown, types)


async def test_rich_text_there_and_back(graphql: GraphQL) -> None:
    """What one notation makes of the other is made again of it."""
    markdown = (
        "# One\n\n## Two\n\nA *b* **c** ~~d~~ `e` [f](https://g.h)\n\n* i\n  * j\n\n1. k\n2. l\n\n> m\n\n```py\nn\n```"
    )
    query = "mutation ($d: TaskCreateInput) { createTask(data: $d) { bodyV2 { markdown blocknote } } }"
    first = (await only(graphql, query, d={"bodyV2": {"markdown": markdown}}))["bodyV2"]
    second = (await only(graphql, query, d={"bodyV2": {"blocknote": first["blocknote"]}}))["bodyV2"]
    third = (await only(graphql, query, d={"bodyV2": {"markdown": second["markdown"]}}))["bodyV2"]
    assert _types(second["blocknote"]) == _types(third["blocknote"]) == _types(first["blocknote"])
    assert second["markdown"] == third["markdown"]
