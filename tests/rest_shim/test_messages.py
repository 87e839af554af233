"""Messages: the nearest known name, and GraphQL's words in REST's."""

import pytest

from rest_shim.messages import did_you_mean, input_fields, reworded
from schema.catalog.model import Catalog


@pytest.mark.parametrize(
    ("name", "known", "question"),
    [
        ("jobTitel", ("city", "jobTitle"), " Did you mean 'jobTitle'?"),
        ("JOBTITLE", ("city", "jobTitle"), " Did you mean 'jobTitle'?"),
        ("first", ("lastName", "firstName"), " Did you mean 'firstName'?"),
        ("addr", ("addressCity", "addressState"), ""),
        ("zzz", ("city", "jobTitle"), ""),
        ("city", (), ""),
    ],
)
def test_names_the_nearest(name: str, known: tuple[str, ...], question: str) -> None:
    assert did_you_mean(name, known) == question


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Record not found", "Record not found"),
        ('Invalid value for field "city": text must not contain NUL', None),
        (
            "Variable '$data' has invalid value: Expected value of type 'PersonCreateInput' not to include unknown"
            " field 'jobTitel'. Did you mean 'jobTitle'? Found: {'jobTitel': 'x'}.",
            "Field 'jobTitel' is not defined by type 'PersonCreateInput'. Did you mean 'jobTitle'?",
        ),
        (
            "Variable '$data' has invalid value at [1]: Expected value of type 'PersonCreateInput' not to include"
            " unknown field 'mail', found: {'mail': 1}.",
            "Field 'mail' is not defined by type 'PersonCreateInput'. Did you mean 'emails'?",
        ),
        (
            "Variable '$data' has invalid value at .name: Expected value of type 'FullNameCreateInput' not to include"
            " unknown field 'first', found: {'first': 1}.",
            "Field 'first' is not defined by type 'FullNameCreateInput'. Did you mean 'firstName'?",
        ),
        (
            "Variable '$data' has invalid value at [1].createdBy.source: Value 'NIX' does not exist in"
            " 'ActorSourceEnum' enum.",
            "Invalid value at [1].createdBy.source: Value 'NIX' does not exist in 'ActorSourceEnum' enum.",
        ),
        (
            "Variable '$data' has invalid value at .companyId: Value \"nope\" is not a valid UUID",
            "Invalid value at companyId: Value 'nope' is not a valid UUID",
        ),
        (
            "Variable '$data' has invalid value: Expected value of type 'BlocklistCreateInput' to include required"
            " field 'workspaceMemberId', found: {}.",
            "Invalid value: Expected value of type 'BlocklistCreateInput' to include required field"
            " 'workspaceMemberId', found: {}.",
        ),
    ],
)
def test_rewords(catalog: Catalog, message: str, expected: str | None) -> None:
    assert reworded(message, input_fields(catalog)) == (expected or message.replace('"', "'"))


def test_parts_that_cannot_be_written_are_not_suggested(catalog: Catalog) -> None:
    assert input_fields(catalog)["ActorCreateInput"] == ("source", "context")
