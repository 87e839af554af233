"""What search reads of a record: all its e-mails, links and phones, in every spelling and in every script."""

from typing import Any

import pytest

from tests.conftest import GraphQL
from tests.records import Json, create, only

SEARCH = "query ($q: String!) { search(searchInput: $q, limit: 50) { edges { node { recordId } } } }"


async def found(graphql: GraphQL, words: str) -> list[str]:
    return [edge["node"]["recordId"] for edge in (await only(graphql, SEARCH, q=words))["edges"]]


PERSON: Json = {
    "emails": {"primaryEmail": "joe.roe@acme.example", "additionalEmails": ["Second@Bücher.example", "third@x.co"]},
    "linkedinLink": {
        "primaryLinkUrl": "https://www.linkedin.com/in/joe-roe/?trk=x",
        "secondaryLinks": [{"label": "Blog", "url": "http://www.roe.example/blog"}],
    },
    "xLink": {"primaryLinkUrl": "https://xn--mnchen-3ya.example/joe"},
    "phones": {
        "primaryPhoneNumber": "+33 6 12 34 56 78",
        "additionalPhones": ["+1 (650) 253-0000", {"number": "(555) 123 4567"}],
    },
}


@pytest.mark.parametrize(
    "words",
    [
        *("joe.roe@acme.example", "JOE.ROE@ACME.EXAMPLE", "mailto:joe.roe@acme.example", "Joe <joe.roe@acme.example>"),
        *("roe", "acme.example", "acme", "second@bücher.example", "bucher", "bücher", "second@xn--bcher-kva.example"),
        *("third@x.co", "third", "linkedin.com/in/joe-roe", "https://www.linkedin.com/in/joe-roe", "linkedin"),
        *("www.roe.example", "http://roe.example/blog", "roe.example/bl", "münchen.example", "xn--mnchen-3ya.example"),
        *("612345678", "33612345678", "+33 6 12 34 56 78", "+33612345678", "06 12 34 56 78", "0612345678", "61234"),
        *("6502530000", "+1 650-253-0000", "16502530000", "650 253 0000", "5551", "5551234567", "(555) 123-4567"),
    ],
)
async def test_all_addresses_of_a_person(graphql: GraphQL, words: str) -> None:
    own = await create(graphql, "Person", **PERSON)
    await create(graphql, "Person", name={"firstName": "Other"}, phones={"primaryPhoneNumber": "+49 30 123456"})
    assert await found(graphql, words) == [own]


@pytest.mark.parametrize("words", ["label", "url", "number", "countryCode", "www", "https", "trk"])
async def test_how_a_value_is_stored_is_not_searched(graphql: GraphQL, words: str) -> None:
    await create(graphql, "Person", **PERSON)
    assert await found(graphql, words) == []


async def test_what_is_searched_follows_updates(graphql: GraphQL) -> None:
    own = await create(graphql, "Person", **PERSON)
    update = "mutation ($id: ID, $d: PersonUpdateInput) { updatePerson(id: $id, data: $d) { id } }"
    await only(graphql, update, id=own, d={"phones": {"additionalPhones": ["+49 30 123456"]}, "emails": None})
    assert await found(graphql, "5551") == await found(graphql, "second") == []
    assert await found(graphql, "30123") == await found(graphql, "4930123456") == [own]


async def test_all_links_of_a_company(graphql: GraphQL) -> None:
    own = await create(
        graphql,
        "Company",
        domainName={"primaryLinkUrl": "WWW.Acme.com", "secondaryLinks": [{"label": "", "url": "https://shop.acme.eu"}]},
    )
    for words in ("acme.com", "https://www.acme.com/", "http://acme.com", "shop", "acme.eu", "shop.acme.eu"):
        assert await found(graphql, words) == [own], words


# A script: what is stored, what finds it, and what does not.
SCRIPTS: dict[str, tuple[str, list[str], list[str]]] = {
    "Latin": (
        "Nguyễn Ærø Straße José",
        ["nguyen", "NGUYÊN", "ærø", "ÆRØ", "straße", "STRAßE", "jose", "Jose\u0301", "ｊｏｓｅ"],
        ["guyen", "rø"],
    ),
    "Greek": ("Οδός Αθήνα", ["οδος", "ΟΔΟΣ", "αθηνα", "ΑΘΗ"], ["θηνα"]),
    "Cyrillic": ("Йогурт «Вёсны»", ["йогурт", "ЙОГ", "весны", "вёсны"], ["огурт"]),
    "Arabic": ("مرحبا، العالم", ["مرحبا", "العالم", "العا"], ["عالم"]),
    "Hebrew": ("שלום עולם", ["שלום", "עול"], ["לום"]),
    "Devanagari": ("हिन्दी।भाषा", ["हिन्दी", "हिन्", "भाषा"], ["हन्दी", "षा"]),
    "Chinese": ("北京大学出版社", ["大学", "北京大学出版社", "北", "社", "出版社", "京大"], ["大出", "学大"]),
    "Japanese": (
        "株式会社がくせい・データ",
        ["会社", "がく", "データ", "ﾃﾞｰﾀ", "ータ", "社がく"],
        ["かく", "せいデータ社"],
    ),
    "Korean": ("대한민국의 서울특별시", ["민국", "서울", "특별", "시", "대한민국"], ["국민", "한대"]),
    "Thai": ("บริษัทไทยจำกัด", ["ไทย", "บริษัท", "จำกัด"], ["ยไท"]),
    "Khmer": ("ភ្នំពេញ", ["ពេញ", "ភ្នំ"], ["ញពេ"]),
    "emoji and signs": ("🎉Party🎉 “Quoted” half–way", ["party", "quoted", "way", "half–way"], ["uoted"]),
}


@pytest.mark.parametrize("script", SCRIPTS)
async def test_every_script(graphql: GraphQL, script: str) -> None:
    text, finding, missing = SCRIPTS[script]
    own = await create(graphql, "Company", name=text)
    note = await create(graphql, "Note", title="x" * 300, bodyV2={"markdown": f"some words, {text}, and more words"})
    await create(graphql, "Company", name="Unrelated 無関係 อื่น 관계 Другое")
    for words in finding:
        assert sorted(await found(graphql, words)) == sorted([own, note]), words
    for words in missing:
        assert await found(graphql, words) == [], words


async def test_words_of_several_scripts_at_once(graphql: GraphQL) -> None:
    both = await create(graphql, "Company", name="ABC大学 José")
    await create(graphql, "Company", name="Jose")
    answer = await only(graphql, "query ($q: String!) { search(searchInput: $q, limit: 9) " + RANKED, q="abc大学 jose")
    assert [edge["node"]["tsRankCD"] > 0 for edge in answer["edges"]] == [True, False]
    assert answer["edges"][0]["node"]["recordId"] == both


RANKED = "{ edges { node { recordId tsRankCD } } } }"


@pytest.mark.parametrize("words", ["'", "…", "🎉", "& | !", "<->", ":*", "\\", "-.-"])
async def test_signs_find_nothing(graphql: GraphQL, words: str) -> None:
    await create(graphql, "Company", name="Acme")
    assert await found(graphql, words) == []


async def test_nothing_finds_all(graphql: GraphQL) -> None:
    own = await create(graphql, "Company", name="Acme")
    everything: Any = await found(graphql, "  ")
    assert own in everything
