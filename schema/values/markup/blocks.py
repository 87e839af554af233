"""The blocks that BlockNote and Markdown have in common. This module knows neither notation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

STYLES = ("bold", "italic", "strike", "code")
LIST_ITEMS = frozenset({"bulletListItem", "numberedListItem", "checkListItem"})
BLOCK_TYPES = LIST_ITEMS | {"paragraph", "heading", "codeBlock", "quote", "table", "image"}

Prop = str | int | bool


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text with one set of styles out of ``STYLES``."""

    text: str
    styles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Link:
    """A link; its content holds no links."""

    href: str
    content: tuple[Text, ...]


Inline = Text | Link
Cell = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A block of one of ``BLOCK_TYPES``.

    Only the props that carry meaning: ``level`` of a heading, ``checked``, ``start`` of a list, ``language`` of code,
    ``url``, ``name`` and ``caption`` of an image. Only a table has rows, the first being its header.
    """

    type: str
    content: Cell = ()
    props: Mapping[str, Prop] = field(default_factory=dict)
    children: tuple["Block", ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()

    def text_prop(self, name: str) -> str:
        """The prop when it is text, otherwise the empty text."""
        value = self.props.get(name)
        return value if isinstance(value, str) else ""

    def integer_prop(self, name: str, default: int) -> int:
        """The prop when it is an integer, otherwise the default."""
        value = self.props.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else default


def merged(runs: Iterable[Text]) -> tuple[Text, ...]:
    """The runs without empty ones, neighbours of the same styles joined."""
    groups: list[tuple[frozenset[str], list[str]]] = []
    for run in runs:
        if not run.text:
            continue
        if groups and groups[-1][0] == run.styles:
            groups[-1][1].append(run.text)
        else:
            groups.append((run.styles, [run.text]))
    return tuple(Text("".join(texts), styles) for styles, texts in groups)


def merged_inline(content: Iterable[Inline]) -> Cell:
    """As ``merged``, for content with links in it."""
    result: list[Inline] = []
    runs: list[Text] = []
    for item in content:
        if isinstance(item, Text):
            runs.append(item)
        else:
            result += [*merged(runs), Link(item.href, merged(item.content))]
            runs = []
    return (*result, *merged(runs))


def plain(content: Iterable[Inline]) -> str:
    """The text of the content without styles and links."""
    return "".join(item.text if isinstance(item, Text) else plain(item.content) for item in content)
