"""The arguments of a search → what to look for in which objects."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from schema.catalog.model import Catalog, ObjectType
from schema.context import Grants
from schema.errors import BadUserInput, QueryTooComplex
from schema.plan.filters import rows
from schema.plan.nodes import Search, SearchBound
from schema.values.ids import uuid
from schema.values.scopes import Right
from schema.values.text import text
from schema.values.words import searched_words

MOST = 100
MOST_WORDS = 100


def search(catalog: Catalog, arguments: Mapping[str, Any], grants: Grants) -> Search:
    """A page of what is found in the searchable objects that may be read, or in those of them that are named.

    Signs alone are no words, and find nothing.
    """
    limit = arguments["limit"]
    if limit < 0:
        raise BadUserInput("Limit argument must be non-negative")
    filter, after = arguments.get("filter"), arguments.get("after")
    given = text(arguments["searchInput"], "searchInput")
    different = len(set(given.split()))
    if different > MOST_WORDS:
        raise QueryTooComplex(f"searchInput has {different:,} different words; the limit is {MOST_WORDS}")
    words, objects = searched_words(given), _objects(catalog, arguments, grants)
    return Search(
        words=words,
        searched=tuple(rows(found, filter) for found in objects) if words or not given.strip() else (),
        limit=min(limit, MOST),
        after=None if after is None else _decode(after),
    )


def _objects(catalog: Catalog, arguments: Mapping[str, Any], grants: Grants) -> list[ObjectType]:
    included = arguments.get("includedObjectNameSingulars") or ()
    excluded = arguments.get("excludedObjectNameSingulars") or ()
    for name in (*included, *excluded):
        if name not in catalog.objects:
            raise BadUserInput(f'There is no object "{name[:100]}"')
    return [
        found
        for found in catalog.objects.values()
        if found.traits.search
        and (found.name in included if included else grants.allow(found, Right.READ))
        and found.name not in excluded
    ]


def cursor(bound: SearchBound) -> str:
    """Where a result stands. Opaque to clients."""
    values = [bound.rank_cd, bound.rank, bound.priority, str(bound.record_id)]
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _decode(encoded: str) -> SearchBound:
    try:
        decoded = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        rank_cd, rank, priority, record_id = json.loads(decoded)
        return SearchBound(float(rank_cd), float(rank), int(priority), _id(record_id))
    except (binascii.Error, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise BadUserInput(f"Invalid cursor: {encoded[:100]}") from error


def _id(value: Any) -> UUID:
    if not isinstance(value, str):
        raise TypeError("an id is text")
    return uuid(value, "id")
