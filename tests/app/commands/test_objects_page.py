"""docs/objects.md is what the declarations say, and says all of them."""

from pathlib import Path

from app.commands.objects_page import SHARED, page
from schema.catalog.model import Catalog

WRITTEN = Path(__file__).parents[3] / "docs" / "objects.md"


def test_the_page_is_up_to_date(catalog: Catalog) -> None:
    assert WRITTEN.read_text() == page(catalog), "run make schema"


def test_it_names_whatever_a_client_may(catalog: Catalog) -> None:
    sections = {part.partition("\n")[0]: part for part in page(catalog).split("\n## ")}
    for name, found in catalog.objects.items():
        fields = [field for field in found.fields.values() if field.name not in SHARED]
        for one in [field.name for field in fields] + list(found.relations):
            assert f"`{one}`" in sections[name], f"{name}.{one}"
        for field in fields:
            for value in field.column.options.values if not field.composite and field.column.options else ():
                assert f"`{value}`" in sections[name], f"{name}.{field.name}.{value}"
