"""Which statements a connection keeps prepared: those whose texts are not too long, as many as a budget allows.

A prepared statement and its plan take some 80 bytes of PostgreSQL's memory for each character, in each connection.
"""

from typing import TYPE_CHECKING, Any

import asyncpg

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection  # which is generic for type checkers alone

MOST_KEPT = 500
MOST_CHARACTERS = 400_000  # some 30 MB
LONGEST_KEPT = 100_000
"""The lists that REST's `depth=2` asks for have up to 97,000, and to plan them takes as long as to run them."""


class Kept:
    """The texts of what one connection keeps. When there is no room for one more, all go."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._texts: set[str] = set()
        self._characters = 0

    def __contains__(self, text: str) -> bool:
        return text in self._texts

    async def add(self, text: str) -> bool:
        """Whether the next statement with the text is to be kept."""
        if len(text) > LONGEST_KEPT:
            return False
        if self._characters + len(text) > MOST_CHARACTERS or len(self._texts) == MOST_KEPT:
            await self._connection.reload_schema_state()  # forgets all statements; the driver has no other word for it
            self._texts.clear()
            self._characters = 0
        self._texts.add(text)
        self._characters += len(text)
        return True


class Keeping(Connection):
    """A connection with what it keeps."""

    __slots__ = ("kept",)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.kept = Kept(self)
