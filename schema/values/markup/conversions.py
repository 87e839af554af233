"""How much rich text one request may have converted where it is planned: what is more waits for nobody else there.

A character of Markdown takes some microseconds. A request that holds much is told so beforehand by `asked`; its texts
are converted by `made` in another thread, so that the event loop goes on, and looked up when they are stored. Beyond a
bound that too would take long, and what is left becomes plain paragraphs.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

AT_ONCE = 20_000  # characters of one request, some 50 ms of ordinary Markdown at most
AT_ALL = 1_000_000
"""Characters of one request, converted in a thread."""
WEIGHTS = {"markdown": 1.0, "blocknote": 0.1}
"""Of a character in each notation: BlockNote's JSON is long, and quickly read."""

Text = tuple[str, str]
"""A notation, and what is written in it."""


@dataclass(slots=True)
class Conversions:
    """What one request has had converted, and how many characters more it may have."""

    made: Mapping[Text, str] = field(default_factory=dict)
    left: float = AT_ONCE

    def allow(self, text: Text) -> bool:
        self.left -= weight(text)
        return self.left >= 0


conversions: ContextVar[Conversions | None] = ContextVar("conversions", default=None)


def weight(text: Text) -> float:
    notation, source = text
    return WEIGHTS[notation] * len(source)


def asked(variables: Mapping[str, Any]) -> list[Text]:
    """The texts in the variables of a request of which the other notation is to be made."""
    found: list[Text] = []
    pending: list[Any] = [variables]
    while pending:
        item = pending.pop()
        if type(item) is dict:
            given = [name for name in WEIGHTS if isinstance(item.get(name), str)]
            if len(given) == 1:
                found.append((given[0], item[given[0]]))
            pending += item.values()
        elif type(item) is list:
            pending += reversed(item)
    return found


def made(texts: list[Text], convert: Callable[[Text], str | None]) -> Conversions:
    """Those that come first, up to the bound. What cannot be converted is left to who stores it, and says why."""
    found: dict[Text, str] = {}
    left: float = AT_ALL
    for text in texts:
        left -= weight(text)
        converted = convert(text) if left >= 0 else None
        if converted is not None:
            found[text] = converted
    return Conversions(found, left=0)
