"""The pages for people: the records, the playground and the reference of REST, and the files that they are made of."""

from dataclasses import dataclass
from typing import Self

from app.http.pages.files import Folder, endpoint
from app.http.pages.home import home
from app.http.pages.playground import playground
from app.http.pages.reference import reference
from app.http.refusals import GRAPHQL_PATH, METADATA_PATH
from rest_shim.routing import Handle


@dataclass(frozen=True, slots=True)
class Pages:
    """Their endpoints."""

    home: Handle
    graphql: Handle
    metadata: Handle
    reference: Handle
    files: Handle

    @classmethod
    def of(cls, own: Folder, built: Folder | None) -> Self:
        return cls(
            home=home(own),
            graphql=playground(GRAPHQL_PATH, own, built),
            metadata=playground(METADATA_PATH, own, built),
            reference=reference(own, built),
            files=endpoint(own, built),
        )
