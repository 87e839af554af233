"""GraphQL's words in REST's."""

import pytest

from rest_shim.messages import reworded


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Record not found", "Record not found"),
        (
            'Invalid value for field "city": text must not contain NUL',
            "Invalid value for field 'city': text must not contain NUL",
        ),
        (
            "Variable '$data' has invalid value: Field 'jobTitel' is not defined by type 'PersonCreateInput'."
            " Did you mean 'jobTitle'?",
            "Field 'jobTitel' is not defined by type 'PersonCreateInput'. Did you mean 'jobTitle'?",
        ),
        (
            "Variable '$data' has invalid value at [1].name: Field 'x' is not defined by type 'FullNameCreateInput'.",
            "[1].name: Field 'x' is not defined by type 'FullNameCreateInput'.",
        ),
        (
            "Variable '$data' has invalid value at .companyId: Value \"nope\" is not a valid UUID",
            "Invalid value at companyId: Value 'nope' is not a valid UUID",
        ),
        (
            "Variable '$data' has invalid value: Expected value of type 'A' to include required field 'b', found: {}.",
            "Invalid value: Expected value of type 'A' to include required field 'b', found: {}.",
        ),
    ],
)
def test_rewords(message: str, expected: str) -> None:
    assert reworded(message) == expected
