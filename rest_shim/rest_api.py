"""All that REST makes of one catalog, and a request's caller, whose workspace has one."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from starlette.requests import Request

from rest_shim.document import RestDocuments
from rest_shim.openapi.document import complete
from rest_shim.openapi.part import part, parts
from schema.catalog.limited import limited
from schema.catalog.model import Catalog
from schema.context import EVERYTHING, Answer, Execute, Grants

REMEMBERED_DESCRIPTIONS = 16
REMEMBERED_PARTS = 80  # of up to 100 kB each


@dataclass(frozen=True)
class RestApi:
    """The documents of its operations, and their description as JSON, which is made when it is asked for."""

    catalog: Catalog

    @cached_property
    def documents(self) -> RestDocuments:
        return RestDocuments(self.catalog)

    @cached_property
    def description(self) -> bytes:
        return complete(self.catalog)

    @cached_property
    def scoped_description(self) -> Callable[[Grants], bytes]:
        """What is described of it to who has just these grants: objects that he may do something with."""

        def described(grants: Grants) -> bytes:
            return complete(limited(self.catalog, grants.allow_some), grants)

        return lru_cache(REMEMBERED_DESCRIPTIONS)(described)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """What can be described by itself: the objects by their plurals, and what there is besides."""
        return parts(self.catalog)

    @cached_property
    def part(self) -> Callable[[str, Grants], bytes]:
        """The description of one of them, as it is told to who has just these grants."""

        def described(name: str, grants: Grants) -> bytes:
            catalog = self.catalog if grants is EVERYTHING else limited(self.catalog, grants.allow_some)
            return part(catalog, name, grants)

        return lru_cache(REMEMBERED_PARTS)(described)


Earlier = Callable[[str, bool], Awaitable[Answer | None]]
"""What the same request was answered before, if it was: by the key of its answer, and whether that is a list."""


@dataclass(frozen=True, slots=True)
class Session:
    """The API of the caller's workspace, and the way to execute for him, who has these `grants`.

    `earlier` is there where the request may come again.
    """

    api: RestApi
    execute: Execute
    earlier: Earlier | None = None
    grants: Grants = EVERYTHING


OpenSession = Callable[[Request], Awaitable[Session]]
"""Raises the errors of `schema.errors`, such as Unauthenticated."""
