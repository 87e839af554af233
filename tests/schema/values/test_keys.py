"""What decision 6 calls the same has the same key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.errors import BadUserInput
from schema.values.emails import email
from schema.values.keys import email_key, link_key, phone_key
from schema.values.links import url
from schema.values.phones import parse

DOMAIN = [
    "acme.com",
    "http://acme.com",
    "https://www.acme.com/",
    "https://ACME.com:443",
    " https://acme.com ",
    "https://acme.com?utm=x",
    "https://acme.com/#top",
    "http://acme.com:80/",
    "acme.com.",
    "https://www.acme.com./",
    "ＡＣＭＥ．ｃｏｍ",
    "acme。com",
]
IDN = ["bücher.de", "https://xn--bcher-kva.de", "https://www.BÜCHER.de/", "https://bu\u0308cher.de"]


@pytest.mark.parametrize(("spellings", "key"), [(DOMAIN, "acme.com"), (IDN, "xn--bcher-kva.de")])
def test_one_link(spellings: list[str], key: str) -> None:
    assert {link_key(spelling) for spelling in spellings} == {key}
    assert {link_key(url(spelling, "f")) for spelling in spellings} == {key}


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("https://acme.com/de/", "acme.com/de"),
        ("https://linkedin.com/in/Ada?trk=1#me", "linkedin.com/in/Ada"),
        ("https://acme.com:8080", "acme.com:8080"),
        (" Not A Url ", "not a url"),
        ("www.", "www."),
        ("...", "..."),
        ("https://.", "."),
        ("", ""),
    ],
)
def test_link_key(value: str, key: str) -> None:
    assert link_key(value) == key


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("Joe <JOE@x.com>", "joe@x.com"),
        ("mailto:joe@x.com", "joe@x.com"),
        ("joe@Bücher.de", "joe@xn--bcher-kva.de"),
        ("joe@xn--bcher-kva.de", "joe@xn--bcher-kva.de"),
        ("joe@bücher.de.", "joe@xn--bcher-kva.de"),
        (" Not One ", "not one"),
        ("", ""),
    ],
)
def test_email_key(value: str, key: str) -> None:
    assert email_key(value) == key


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        (("+33 6 12 34 56 78",), "33612345678"),
        (("06 12 34 56 78", "FR"), "33612345678"),
        (("612345678", "FR", "+33"), "33612345678"),
        (("612345678", "", "+33"), "33612345678"),
        (("Ask Joe", "FR"), "ask joe"),
        (("111",), "111"),
        (("ask Joe", "", "9" * 5000), "ask joe"),
        (("",), ""),
    ],
)
def test_phone_key(phone: tuple[str, ...], key: str) -> None:
    assert phone_key(*phone) == key
    if stored := parse(*phone):
        assert phone_key(stored.number, stored.country, stored.calling_code) == key


@given(st.one_of(st.text(), st.builds("{}@{}".format, st.text(), st.text())))
def test_what_is_stored_has_the_key_of_what_was_given(value: str) -> None:
    try:
        stored = email(value, "f"), url(value, "f")
    except BadUserInput:
        return
    assert email_key(stored[0]) == email_key(value)
    assert link_key(stored[1]) == link_key(value)
