"""LINKS, EMAILS and PHONES."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.errors import BadUserInput
from schema.values.emails import additional_emails, email
from schema.values.links import secondary_links, url
from schema.values.phones import additional_phones


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
        ([], []),
        ("null", None),
        (
            [{"label": "B", "url": "https://B.com/"}, {"label": "C"}, {"url": None}],
            [{"label": "B", "url": "https://b.com"}, {"label": "C"}, {"url": None}],
        ),
        ('[{"url": "https://B.com/"}]', [{"url": "https://b.com"}]),
    ],
)
def test_secondary_links(value: Any, expected: Any) -> None:
    given_value = deepcopy(value)
    assert secondary_links(value, "linkedinLink.secondaryLinks") == expected
    assert value == given_value


def test_email() -> None:
    assert email(" Jane@ACME.com\n", "emails.primaryEmail") == "jane@acme.com"


@pytest.mark.parametrize(
    ("value", "expected"),
    [([], []), ("null", None), (["X@Y.z "], ["x@y.z"]), ('["X@Y.z"]', ["x@y.z"])],
)
def test_additional_emails(value: Any, expected: Any) -> None:
    assert additional_emails(value, "emails.additionalEmails") == expected


PHONE = {"number": "612345678", "countryCode": "FR", "callingCode": "+33"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("null", None),
        ([PHONE, {"number": None}, "+33 6"], [PHONE, {"number": None}, "+33 6"]),
        ('[{"number": "1"}]', [{"number": "1"}]),
    ],
)
def test_additional_phones(value: Any, expected: Any) -> None:
    assert additional_phones(value, "phones.additionalPhones") == expected


@pytest.mark.parametrize(
    ("function", "value", "named"),
    [
        (url, "https://a\0", "f"),
        (secondary_links, {}, "f"),
        (secondary_links, "https://a.com", "f"),
        (secondary_links, ["https://a.com"], "f"),
        (secondary_links, [{"url": 1}], "f.url"),
        (secondary_links, [{"label": []}], "f.label"),
        (email, "\ud800", "f"),
        (additional_emails, "a@b.c", "f"),
        (additional_emails, [None], "f"),
        (additional_emails, {"a": 1}, "f"),
        (additional_phones, {}, "f"),
        (additional_phones, "+33 6", "f"),
        (additional_phones, [1], "f"),
        (additional_phones, [{"number": 6}], "f.number"),
        (additional_phones, [{"callingCode": 33}], "f.callingCode"),
    ],
)
def test_wrong_shapes_are_refused(function: Callable[[Any, str], Any], value: Any, named: str) -> None:
    with pytest.raises(BadUserInput, match=f'Invalid value for field "{named}": '):
        function(value, "f")
