"""`fields`: what it names, and what is refused with which words."""

import pytest

from rest_shim.selection import Fields, named
from schema.catalog.model import Catalog
from schema.errors import BadUserInput

NOTE_TARGET = ("id", "createdAt", "updatedAt", "deletedAt", "noteId", "personId", "companyId", "opportunityId")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id", Fields(("id",))),
        ("city", Fields(("city", "id"))),
        (" city ,name,,city", Fields(("name", "city", "id"))),
        ("noteTargets", Fields(("id",), (("noteTargets", Fields(NOTE_TARGET)),))),
        ("noteTargets.noteId", Fields(("id",), (("noteTargets", Fields(("id", "noteId"))),))),
        ("noteTargets.noteId,noteTargets", Fields(("id",), (("noteTargets", Fields(NOTE_TARGET)),))),
        (
            "noteTargets.note.title",
            Fields(("id",), (("noteTargets", Fields(("id",), (("note", Fields(("title", "id"))),))),)),
        ),
    ],
)
def test_names(catalog: Catalog, text: str, expected: Fields) -> None:
    assert named(catalog, catalog.objects["person"], text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            " , ",
            "'fields' parameter is empty. Expected a comma-separated list of field names, e.g. fields=id,name",
        ),
        (
            "id,nope,company.nope,nope.id,nope",
            "'fields' parameter invalid. Unknown or unreadable fields on 'person': nope, company.nope, nope.id",
        ),
        ("name.firstName", "'fields' parameter invalid. Unknown or unreadable fields on 'person': name.firstName"),
        ("searchVector", "'fields' parameter invalid. Unknown or unreadable fields on 'person': searchVector"),
        (
            "company.people.company.name",
            "'fields' parameter invalid. 'company.people.company.name' reaches through more than 2 relations",
        ),
        (
            "company.people.company",
            "'fields' parameter invalid. 'company.people.company' reaches through more than 2 relations",
        ),
    ],
)
def test_refuses(catalog: Catalog, text: str, message: str) -> None:
    with pytest.raises(BadUserInput) as caught:
        named(catalog, catalog.objects["person"], text)
    assert caught.value.message == message
