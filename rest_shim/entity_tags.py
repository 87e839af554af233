"""Entity tags: they say which version of a record an answer holds, and requests name them in their conditions.

A tag is the record's `updatedAt` and a hash of the answer's body, so that it tells apart what was asked for differently
and relations that changed, while a write can be held to the `updatedAt` alone.
"""

import hashlib
import re
from collections.abc import Sequence

from schema.errors import BadUserInput, PreconditionFailed

ANY = "*"
HASH_DIGITS = 24

_TAGS = re.compile(r'(?:W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_OURS = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)-[0-9a-f]{24}")


def tag(updated_at: str, body: bytes) -> str:
    """That of an answer."""
    return f'"{updated_at}-{hashlib.sha256(body).hexdigest()[:HASH_DIGITS]}"'


def is_among(lines: Sequence[str], etag: str) -> bool:
    """Whether the lines of `If-None-Match` name it, weak or not."""
    return any(line.strip() == ANY or etag.strip('"') in _TAGS.findall(line) for line in lines)


def unchanged_since(lines: Sequence[str]) -> str | None:
    """The `updatedAt` that a record must have by the lines of `If-Match`; none where any will do.

    Raises BadUserInput, and PreconditionFailed where they name no tag that a record can have.
    """
    if any(line.strip() == ANY for line in lines):
        return None
    named = [tag for line in lines for tag in _TAGS.findall(line)]
    if not named:
        raise BadUserInput('If-Match must be the ETag of a record as it was read, in its quotation marks, or "*"')
    moments = {found[1] for found in map(_OURS.fullmatch, named) if found}
    if len(moments) > 1:
        raise BadUserInput("If-Match names several versions of a record: it can be held to one")
    if not moments:
        raise PreconditionFailed
    return moments.pop()
