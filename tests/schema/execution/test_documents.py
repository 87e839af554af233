"""What is remembered of documents, and that each is parsed and validated once."""

from traceback import walk_tb

import pytest
from graphql import GraphQLError

from schema.api import Api
from schema.execution import documents
from schema.execution.documents import Documents
from schema.execution.execute import graphql_schema


@pytest.fixture
def known(api: Api) -> Documents:
    """One that remembers nothing yet."""
    return Documents(lambda: graphql_schema(api.schema), frozenset({"PersonCreateInput"}))


def test_long_documents_are_remembered_up_to_a_number_of_characters(known: Documents) -> None:
    texts = [
        f"{{ people {{ n{n}: totalCount }} }} # {'x' * 6_000}" for n in range(documents.MOST_REMEMBERED // 6_000 + 10)
    ]
    for text in texts:
        assert known.get(text).operation(None) is not None
    kept = [text for text in texts if known.knows(text)]
    assert 0 < sum(map(len, kept)) <= documents.MOST_REMEMBERED
    assert kept == texts[-len(kept) :]


def test_one_that_is_too_long_is_not_remembered(known: Documents) -> None:
    text = f"{{ people {{ totalCount }} }} # {'x' * documents.LONGEST_REMEMBERED}"
    assert known.get(text).operation(None) is not None
    assert not known.knows(text)


def test_a_faulty_document_is_read_once(known: Documents, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("{ people { nothing } }", "{ people { "):
        first = fault(known, text)
        with monkeypatch.context() as patch:
            patch.setattr(documents, "parsed", None)
            patch.setattr(documents, "faults", None)
            assert fault(known, text) is first


def fault(known: Documents, text: str) -> GraphQLError:
    try:
        return known.get(text).errors[0]
    except GraphQLError as error:
        return error


def test_a_fault_that_is_remembered_holds_no_request(known: Documents) -> None:
    """Each raise of one error adds its frames to it, and each of these holds a text as long as a document may be."""
    lengths = set()
    for _ in range(5):
        with pytest.raises(GraphQLError) as raised:
            known.get('{ people(filter: {city: {eq: "')
        lengths.add(len(list(walk_tb(raised.value.__traceback__))))
    assert len(lengths) == 1


@pytest.mark.parametrize("comment", ["", "# " + "x" * documents.LONGEST_REMEMBERED])
async def test_a_fault_is_told_again_whether_its_document_is_remembered_or_not(api: Api, comment: str) -> None:
    for _ in range(3):
        result = await api.schema.execute(f"{{ people {{ nothing }} }} {comment}")
        assert result.errors is not None
        assert ["nothing" in error.message for error in result.errors] == [True]


def test_variables_that_hold_records(known: Documents) -> None:
    document = (
        "mutation ($d: [PersonCreateInput!]!, $f: PersonFilterInput)"
        " { createPeople(data: $d) { id } deletePeople(filter: $f) { id } }"
    )
    operation = known.get(document).operation(None)
    assert operation is not None
    assert {variable.name: variable.holds_records for variable in operation.variables} == {"d": True, "f": False}
