"""LINKS, EMAILS and PHONES."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.errors import BadUserInput
from schema.values.emails import email, emails
from schema.values.links import links, url
from schema.values.phones import phones


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://Acme.com/", "https://acme.com"),
        ("https://acme.com", "https://acme.com"),
        ("HTTPS://ACME.COM", "https://acme.com"),
        ("https://Acme.com/Path/", "https://acme.com/Path/"),
        ("https://Acme.com/?Q=1", "https://acme.com/?Q=1"),
        ("https://Acme.com#Top", "https://acme.com#Top"),
        ("https://Acme.com:8080/", "https://acme.com:8080"),
        ("https://User:Pass@Acme.com/A%2Fb", "https://User:Pass@acme.com/A%2Fb"),
        ("http://[2001:DB8::1]:80/X", "http://[2001:db8::1]:80/X"),
        ("https://MÜNCHEN.de/Ä", "https://münchen.de/Ä"),
        ("Acme.com", "Acme.com"),
        ("Acme.com/", "Acme.com/"),
        ("mailto:A@B.com", "mailto:A@B.com"),
        ("https:///Path", "https:///Path"),
        ("https://A b.com/", "https://A b.com/"),
        ("https://Acme.com:Port/", "https://Acme.com:Port/"),
        ("Not A Url", "Not A Url"),
        ("", ""),
    ],
)
def test_url(value: str, expected: str) -> None:
    assert url(value, "domainName.primaryLinkUrl") == expected


hosts = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,8}[A-Za-z0-9])?(\.[A-Za-z]{2,4}){0,2}", fullmatch=True)
rests = st.from_regex(r"(/[^\x00\ud800-\udfff]+|[?#][^\x00\ud800-\udfff]*)", fullmatch=True)


@given(st.from_regex(r"([A-Za-z:%]{1,5}@)?", fullmatch=True), hosts, st.sampled_from(["", ":", ":8080"]), rests)
def test_all_but_the_host_is_kept(userinfo: str, host: str, port: str, rest: str) -> None:
    assert url(f"https://{userinfo}{host}{port}{rest}", "x") == f"https://{userinfo}{host.lower()}{port}{rest}"


@given(st.one_of(st.text(), st.builds(lambda text: "https://" + text, st.text())))
def test_url_is_idempotent(value: str) -> None:
    try:
        once = url(value, "x")
    except BadUserInput:
        return
    assert url(once, "x") == once


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, {}),
        ({"primaryLinkLabel": "A"}, {"primaryLinkLabel": "A"}),
        ({"primaryLinkUrl": "https://A.com/"}, {"primaryLinkUrl": "https://a.com"}),
        ({"primaryLinkUrl": None, "secondaryLinks": None}, {"primaryLinkUrl": None, "secondaryLinks": None}),
        (
            {"secondaryLinks": [{"label": "B", "url": "https://B.com/"}, {"label": "C"}]},
            {"secondaryLinks": [{"label": "B", "url": "https://b.com"}, {"label": "C"}]},
        ),
        ({"secondaryLinks": '[{"url": "https://B.com/"}]'}, {"secondaryLinks": [{"url": "https://b.com"}]}),
    ],
)
def test_links(value: dict[str, Any], expected: dict[str, Any]) -> None:
    given_value = dict(value)
    assert links(value, "linkedinLink") == expected
    assert value == given_value


def test_email() -> None:
    assert email(" Jane@ACME.com\n", "emails.primaryEmail") == "jane@acme.com"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, {}),
        ({"primaryEmail": " A@B.C "}, {"primaryEmail": "a@b.c"}),
        ({"primaryEmail": None, "additionalEmails": None}, {"primaryEmail": None, "additionalEmails": None}),
        ({"additionalEmails": ["X@Y.z "]}, {"additionalEmails": ["x@y.z"]}),
        ({"additionalEmails": '["X@Y.z"]'}, {"additionalEmails": ["x@y.z"]}),
    ],
)
def test_emails(value: dict[str, Any], expected: dict[str, Any]) -> None:
    assert emails(value, "emails") == expected


PHONE = {"number": "612345678", "countryCode": "FR", "callingCode": "+33"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"primaryPhoneNumber": "1"}, {"primaryPhoneNumber": "1"}),
        ({"additionalPhones": None}, {"additionalPhones": None}),
        (
            {"additionalPhones": [PHONE, {"number": None}, "+33 6"]},
            {"additionalPhones": [PHONE, {"number": None}, "+33 6"]},
        ),
        ({"additionalPhones": '[{"number": "1"}]'}, {"additionalPhones": [{"number": "1"}]}),
    ],
)
def test_phones(value: dict[str, Any], expected: dict[str, Any]) -> None:
    assert phones(value, "phones") == expected


@pytest.mark.parametrize(
    ("function", "key", "value", "named"),
    [
        (links, "primaryLinkUrl", 1, "f.primaryLinkUrl"),
        (links, "primaryLinkUrl", "https://a\0", "f.primaryLinkUrl"),
        (links, "secondaryLinks", {}, "f.secondaryLinks"),
        (links, "secondaryLinks", "https://a.com", "f.secondaryLinks"),
        (links, "secondaryLinks", ["https://a.com"], "f.secondaryLinks"),
        (links, "secondaryLinks", [{"url": 1}], "f.secondaryLinks.url"),
        (links, "secondaryLinks", [{"label": []}], "f.secondaryLinks.label"),
        (emails, "primaryEmail", 1, "f.primaryEmail"),
        (emails, "primaryEmail", "\ud800", "f.primaryEmail"),
        (emails, "additionalEmails", "a@b.c", "f.additionalEmails"),
        (emails, "additionalEmails", [None], "f.additionalEmails"),
        (emails, "additionalEmails", {"a": 1}, "f.additionalEmails"),
        (phones, "additionalPhones", {}, "f.additionalPhones"),
        (phones, "additionalPhones", "+33 6", "f.additionalPhones"),
        (phones, "additionalPhones", [1], "f.additionalPhones"),
        (phones, "additionalPhones", [{"number": 6}], "f.additionalPhones.number"),
        (phones, "additionalPhones", [{"callingCode": 33}], "f.additionalPhones.callingCode"),
    ],
)
def test_wrong_shapes_are_refused(
    function: Callable[[Mapping[str, Any], str], dict[str, Any]], key: str, value: Any, named: str
) -> None:
    with pytest.raises(BadUserInput, match=f'Invalid value for field "{named}": '):
        function({key: value}, "f")
