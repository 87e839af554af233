"""LINKS, EMAILS and PHONES."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.errors import BadUserInput
from schema.values.emails import additional_emails, email
from schema.values.links import secondary_links, url
from schema.values.phones import PRIMARY, additional_phones, phones


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
        ("http://[2001:DB8::1]:80/X", "http://[2001:db8::1]/X"),
        ("https://MÜNCHEN.de/Ä", "https://münchen.de/Ä"),
        ("https://ACME.com:443", "https://acme.com"),
        ("http://acme.com:80/", "http://acme.com"),
        ("http://acme.com:443/", "http://acme.com:443"),
        ("https://acme.com:", "https://acme.com"),
        (" https://acme.com\n", "https://acme.com"),
        ("Acme.com", "https://acme.com"),
        ("Acme.com/", "https://acme.com"),
        ("acme.com/De", "https://acme.com/De"),
        ("acme.com?q", "https://acme.com?q"),
        ("acme.com:8080", "https://acme.com:8080"),
        ("MÜNCHEN.de", "https://münchen.de"),
        ("xn--mnchen-3ya.de", "https://xn--mnchen-3ya.de"),
        ("example.xn--p1ai", "https://example.xn--p1ai"),
        ("localhost", "localhost"),
        ("acme..com", "acme..com"),
        ("127.0.0.1", "127.0.0.1"),
        ("v1.2", "v1.2"),
        ("joe@acme.com", "joe@acme.com"),
        ("mailto:A@B.com", "mailto:A@B.com"),
        ("https:///Path", "https:///Path"),
        ("https://A b.com/", "https://A b.com/"),
        ("https://Acme.com:Port/", "https://Acme.com:Port/"),
        (" Not A Url ", "Not A Url"),
        ("", ""),
    ],
)
def test_url(value: str, expected: str) -> None:
    assert url(value, "domainName.primaryLinkUrl") == expected


hosts = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,8}[A-Za-z0-9])?(\.[A-Za-z]{2,4}){0,2}", fullmatch=True)
rests = st.from_regex(r"(/[^\x00\s\ud800-\udfff]+|[?#][^\x00\s\ud800-\udfff]*)", fullmatch=True)


@given(st.from_regex(r"([A-Za-z:%]{1,5}@)?", fullmatch=True), hosts, st.sampled_from(["", ":8080"]), rests)
def test_all_but_the_host_is_kept(userinfo: str, host: str, port: str, rest: str) -> None:
    kept = normalize("NFC", rest)
    assert url(f"https://{userinfo}{host}{port}{rest}", "x") == f"https://{userinfo}{host.lower()}{port}{kept}"


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


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (" Jane@ACME.com\n", "jane@acme.com"),
        ("Joe <JOE@x.com>", "joe@x.com"),
        ('"Doe, Joe" <joe@x.com>', "joe@x.com"),
        ("Doe, Joe <joe@x.com>", "joe@x.com"),
        ("<joe@x.com>", "joe@x.com"),
        ("mailto:joe@x.com", "joe@x.com"),
        ("MailTo:Joe%2Ba@x.com?subject=Hi", "joe+a@x.com"),
        ("<mailto:joe@x.com>", "joe@x.com"),
        ("joe@MÜNCHEN.de", "joe@münchen.de"),
        ("joe@xn--mnchen-3ya.de", "joe@münchen.de"),
        ("joe@mu\u0308nchen.de", "joe@münchen.de"),
        ("O'Neil@x.com", "o'neil@x.com"),
        (" Not One ", "Not One"),
        ("Joe", "Joe"),
        ("A b@x.com", "A b@x.com"),
        ('"A b"@x.com', '"A b"@x.com'),
        ("", ""),
    ],
)
def test_email(value: str, expected: str) -> None:
    assert email(value, "emails.primaryEmail") == expected


@given(st.one_of(st.text(), st.builds("{}{}@{}{}".format, st.sampled_from(["", "mailto:", "A <"]), *[st.text()] * 3)))
def test_email_is_idempotent(value: str) -> None:
    try:
        once = email(value, "x")
    except BadUserInput:
        return
    assert email(once, "x") == once


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
        ([PHONE, "+33 6 12 34 56 78"], [PHONE, PHONE]),
        ([{"number": "06 12 34 56 78", "countryCode": "fr"}], [PHONE]),
        (["+33612"], [{"number": "+33612", "countryCode": "", "callingCode": ""}]),
        ([{"number": None}], [{"number": "", "countryCode": "", "callingCode": ""}]),
        ('[{"number": "1"}]', [{"number": "1", "countryCode": "", "callingCode": ""}]),
    ],
)
def test_additional_phones(value: Any, expected: Any) -> None:
    assert additional_phones(value, "phones.additionalPhones") == expected
    assert additional_phones(expected, "phones.additionalPhones") == expected


@pytest.mark.parametrize(
    ("number", "country", "code", "expected"),
    [
        ("+33 6 12 34 56 78", None, None, ("612345678", "FR", "+33")),
        ("06 12 34 56 78", "FR", None, ("612345678", "FR", "+33")),
        ("06 12 34 56 78", " fr ", "33", ("612345678", "FR", "+33")),
        ("06 12 34 56 78", None, "+33", ("612345678", "FR", "+33")),
        ("+33 6 12 34 56 78", "GB", None, ("612345678", "FR", "+33")),
        ("+1 604 401 1234", None, None, ("6044011234", "CA", "+1")),
        ("+1 555 123 4567", None, None, ("5551234567", "", "+1")),
        ("+1 555 123 4567", "US", None, ("5551234567", "US", "+1")),
        ("+39 06 1234 5678", None, None, ("0612345678", "IT", "+39")),
        ("ask Joe", "FR", None, ("ask Joe", "FR", None)),
        ("1", "GB", "44", ("1", "GB", "+44")),
        ("+33 6 12 34 56 78 ext. 9", None, None, ("+33 6 12 34 56 78 ext. 9", None, None)),
        ("9", None, None, ("9", None, None)),
        (None, "FR", "", (None, "FR", "")),
    ],
)
def test_primary_phone(number: str | None, country: str | None, code: str | None, expected: tuple[Any, ...]) -> None:
    stored = phones(dict(zip(PRIMARY, (number, country, code), strict=True)), "phones")
    assert tuple(stored[part] for part in PRIMARY) == expected
    assert phones(stored, "phones") == stored


def test_a_part_alone_stays_alone() -> None:
    assert phones({"primaryPhoneNumber": "9"}, "phones") == {"primaryPhoneNumber": "9"}
    assert phones({"additionalPhones": None}, "phones") == {"additionalPhones": None}


@pytest.mark.parametrize(
    ("function", "value", "named"),
    [
        (url, "https://a\0", "f"),
        (secondary_links, {}, "f"),
        (secondary_links, "https://a.com", "f"),
        (secondary_links, ["https://a.com"], "f"),
        (secondary_links, [{"url": 1}], r"f\[0\]\.url"),
        (secondary_links, [{"label": []}], r"f\[0\]\.label"),
        (email, "\ud800", "f"),
        (additional_emails, "a@b.c", "f"),
        (additional_emails, [None], "f"),
        (additional_emails, {"a": 1}, "f"),
        (additional_phones, {}, "f"),
        (additional_phones, "+33 6", "f"),
        (additional_phones, [1], "f"),
        (additional_phones, [{"number": 6}], r"f\[0\]\.number"),
        (additional_phones, [{"callingCode": 33}], r"f\[0\]\.callingCode"),
        (additional_phones, [{"number": "1", "countryCode": "XX"}], r"f\[0\]\.countryCode"),
        (additional_phones, ["+33612345678", {"callingCode": "+999"}], r"f\[1\]\.callingCode"),
        (phones, {"primaryPhoneCountryCode": "XX"}, r"f\.primaryPhoneCountryCode"),
        (phones, {"primaryPhoneCallingCode": "+999"}, r"f\.primaryPhoneCallingCode"),
        (phones, {"primaryPhoneCallingCode": "x"}, r"f\.primaryPhoneCallingCode"),
    ],
)
def test_wrong_shapes_are_refused(function: Callable[[Any, str], Any], value: Any, named: str) -> None:
    with pytest.raises(BadUserInput, match=f'Invalid value for field "{named}": '):
        function(value, "f")


@pytest.mark.parametrize(
    ("function", "item", "known"),
    [
        (additional_phones, {"phone": "9"}, "number, countryCode, callingCode"),
        (secondary_links, {"href": "x"}, "label, url"),
    ],
)
def test_unknown_keys_are_named_with_their_place(function: Callable[[Any, str], Any], item: Any, known: str) -> None:
    (key,) = item
    with pytest.raises(BadUserInput) as refused:
        function([{}, item], "phones.additionalPhones")
    assert f'for field "phones.additionalPhones[1].{key}"' in refused.value.message
    assert refused.value.message.endswith(f"It holds {known}")
