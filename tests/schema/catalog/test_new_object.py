"""An object more is one class: everything else follows from it."""

import subprocess
import sys

PROGRAM = """
from uuid import UUID
from schema.declare import columns as col
from schema.declare.traits import Traits, Unique
from schema.objects.record import Record

class Widget(Record, table=True):
    '''A thing that a person owns.'''

    traits = Traits(
        plural="widgets", label="Widget", label_plural="Widgets", icon="IconBox", identifier="name",
        unique=(Unique(("name",), not_empty=True),), duplicates=(("name",),),
    )
    name: str = col.text()
    position: float = col.position()
    ownerId: UUID | None = col.to_one("person", inverse="widgets")

from schema.objects import MODELS
from schema.catalog.loading import load
from schema.api import build
from rest_shim.openapi.document import description

catalog = load([*MODELS, Widget])
assert [*catalog.objects["person"].relations][-1] == "widgets"
assert catalog.objects["widget"].fields["name"].unique
sdl = build(catalog).schema.as_str()
for line in ("type Widget {", "createWidgets(", "widgets(", "owner: Person", "mergeWidgets("):
    assert line in sdl, line
assert "/widgets/{id}" in description(catalog)["paths"]
assert "widget" in catalog.metadata.tables
"""


def test_one_class() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
