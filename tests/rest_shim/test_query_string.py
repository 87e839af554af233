"""Query strings: read as everywhere, and never with loss."""

from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest_shim.query_string import parameters
from schema.errors import BadUserInput

TEXTS = st.text("ab&=+;%4C3A.[]é\x00", max_size=30) | st.text("a&%", min_size=990, max_size=1010)


@given(TEXTS)
def test_what_is_well_formed_is_read_as_everywhere_and_nothing_else_is_read(text: str) -> None:
    try:
        found = parameters(text.encode())
    except BadUserInput:
        return
    assert found == parse_qsl(text, keep_blank_values=True, errors="strict")
    assert found == parameters(text.encode()), "also when it comes again"


@given(TEXTS, TEXTS)
def test_what_is_encoded_comes_as_it_was(name: str, text: str) -> None:
    assert parameters(f"{quote(name, safe='')}={quote(text, safe='')}".encode()) == [(name, text)]


@pytest.mark.parametrize(
    ("query_string", "reason"),
    [
        (b"a=%", "'%' is not an escape"),
        (b"a=1&b=50%&c=x", "'%' is not an escape"),
        (b"a=%zz", "'%zz' is not an escape"),
        (b"filter=name[ilike]:%acme%", "'%' is not an escape"),
        (b"filter=name[ilike]:%acme", "'%AC' is not UTF-8"),
        (b"%ff=1", "'%FF' is not UTF-8"),
        (b"a=%e2%82", "'%E2%82' is not UTF-8"),
        (b"a=\xe9", "'%E9' is not UTF-8"),
    ],
)
def test_refuses(query_string: bytes, reason: str) -> None:
    with pytest.raises(BadUserInput) as caught:
        parameters(query_string)
    assert reason in caught.value.message
    assert caught.value.message.endswith("A '%' itself is written as '%25'")
