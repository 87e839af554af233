"""Inline content printed as Markdown that reads back as the same text, styles and links.

Delimiters are ``**``, ``_`` and ``~~``, so that two that meet never run together. CommonMark opens and closes them
only next to certain characters; where the text has others there, the character is printed as a reference (``&#97;``).
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.common.normalize_url import validateLink
from markdown_it.common.utils import isValidEntityCode

from schema.values.markup.blocks import Cell, Inline, Link, Text, merged_inline

_DELIMITERS = {"bold": "**", "italic": "_", "strike": "~~"}
_ASCII_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_MARKS = re.compile(r"[\\`*_~\[\]]|<(?=[A-Za-z/!?])|&(?=#?\w+;)|!$", re.ASCII)
_EDGE_SPACE = re.compile(r"^[^\S\n]+|(?<![^\S\n])[^\S\n]+$", re.MULTILINE)
_EDGE_NEWLINES = re.compile(r"\A\n+|(?<!\n)\n+\Z|\n(?=\n)")
_BLOCK_MARKS = re.compile(
    r"^(?:(?P<digits>[0-9]{1,9})(?=[.)](?:\s|$))|(?=[-+](?:\s|$)|>|#{1,6}(?:\s|$)|=+$|[|:\- ]+$))",
    re.MULTILINE,
)
_BARE_URL = re.compile(r"[^\s\x00-\x20\x7f<>()\\]+")
_ENTITY = r"&(?=#?\w+;)"


@dataclass(slots=True)
class _Piece:
    """Printed text (``mark`` None), or one delimiter that opens or closes."""

    source: str
    mark: str | None = None


def print_lines(content: Cell) -> str:
    """The content for a paragraph: a newline is a hard break, nothing in it starts another kind of block."""
    return _BLOCK_MARKS.sub(_escape_block, _print(content)).replace("\n", "\\\n")


def print_line(content: Cell) -> str:
    """The content for a heading, in which there are no line breaks."""
    line = _print(content).replace("\n", "&#10;")
    return re.sub(r"#\Z", r"\\#", line)  # a run of # at the end would close the heading


def print_cell(content: Cell) -> str:
    """The content for a cell of a table, in which there are no line breaks."""
    return _print(content).replace("\n", "&#10;").replace("|", "\\|")


def _escape_block(match: re.Match[str]) -> str:
    return f"{match['digits']}\\" if match["digits"] else "\\"


def _print(content: Cell) -> str:
    printed = "".join(piece.source for piece in _pieces(content))
    printed = _EDGE_NEWLINES.sub(lambda match: "&#10;" * len(match[0]), printed)
    return _EDGE_SPACE.sub(lambda match: "".join(map(_reference, match[0])), printed)


def _pieces(content: Cell) -> list[_Piece]:
    pieces: list[_Piece] = []
    opened: list[str] = []
    for item in merged_inline(_readable(content)):
        wanted = item.styles if isinstance(item, Text) else frozenset[str]()
        pieces += _changes(opened, wanted)
        pieces.append(_Piece(_print_item(item)))
    pieces += _changes(opened, frozenset())
    _make_room(pieces)
    return pieces


def _readable(content: Cell) -> Iterator[Inline]:
    """The content without the links that no Markdown reader takes (``javascript:`` and the like), only their text."""
    for item in content:
        if isinstance(item, Text) or validateLink(item.href):
            yield item
        else:
            yield from item.content


def _changes(opened: list[str], wanted: frozenset[str]) -> Iterator[_Piece]:
    """The delimiters between the styles that are open and those wanted next; updates ``opened``, outermost first."""
    keep = 0
    while keep < len(opened) and opened[keep] in wanted:
        keep += 1
    while len(opened) > keep:
        yield _Piece(_DELIMITERS[opened.pop()], "close")
    for style, delimiter in _DELIMITERS.items():
        if style in wanted and style not in opened:
            opened.append(style)
            yield _Piece(delimiter, "open")


def _print_item(item: Inline) -> str:
    if isinstance(item, Link):
        label = _print(item.content)
        title = (
            ' ""' if "]:" in label else ""
        )  # code such as `]:` in it would define a reference; a title prevents that
        return f"[{label}]({_print_url(item.href)}{title})"
    text = item.text.replace("\r\n", "\n").replace("\r", "\n")
    return _code(text) if "code" in item.styles else _MARKS.sub(r"\\\g<0>", text)


def _code(text: str) -> str:
    text = text.replace("\n", " ")
    fence = "`" * fence_length(text, 1)
    padded = text[:1] == "`" or text[-1:] == "`" or (text[:1] == " " == text[-1:] and text.strip(" ") != "")
    return f"{fence} {text} {fence}" if padded else f"{fence}{text}{fence}"


def fence_length(text: str, least: int) -> int:
    """How many backticks enclose the text: more than any run of them in it, and at least that many."""
    return max([least, *(len(run) + 1 for run in re.findall("`+", text))])


def _print_url(url: str) -> str:
    """A link's destination, in angle brackets unless it is plain; a line break in it is percent-encoded."""
    escaped = re.sub(r"[\\<>]|" + _ENTITY, r"\\\g<0>", url)
    if _BARE_URL.fullmatch(url):
        return escaped
    return "<" + escaped.replace("\r", "%0D").replace("\n", "%0A") + ">"


def print_image(url: str, name: str, caption: str) -> str:
    """An image with its name as the alternative text and its caption as the title."""
    if not validateLink(url):
        return print_lines((Text(caption or name),))
    title = re.sub(r'[\\"]|' + _ENTITY, r"\\\g<0>", caption).replace("\r", "").replace("\n", "&#10;")
    shown = f' "{title}"' if title else ""
    return f"![{print_line((Text(name),))}]({_print_url(url)}{shown})"


def _reference(character: str) -> str:
    """The character as a reference, or as it is where Markdown has no reference to it."""
    return f"&#{ord(character)};" if isValidEntityCode(ord(character)) else character


def _make_room(pieces: list[_Piece]) -> None:
    """Encode the characters next to delimiters that would keep them from opening or closing.

    Encoding a text of one character changes what the delimiters before it see, so they are looked at again.
    """
    texts = [index for index, piece in enumerate(pieces) if piece.mark is None]
    bounds = [-1, *texts, len(pieces)]
    pending = deque(range(len(bounds) - 1))
    while pending:
        gap = pending.popleft()
        start, end = bounds[gap], bounds[gap + 1]
        marks = pieces[start + 1 : end]
        if not marks:
            continue
        left = pieces[start] if start >= 0 else _Piece("")
        right = pieces[end] if end < len(pieces) else _Piece("")
        if _make_room_left(left, marks, right):
            pending.append(gap - 1)
        _make_room_right(left, marks, right)


def _make_room_left(left: _Piece, marks: list[_Piece], right: _Piece) -> bool:
    """Encode the last character before the delimiters where it stands in their way."""
    last = left.source[-1:]
    if any(mark.mark == "close" for mark in marks):
        blocked = last.isspace()
    else:
        inside = marks[1].source[0] if len(marks) > 1 else right.source[:1]
        blocked = _blocks_outside(last, marks[0], inside)
    before = left.source
    if blocked:
        left.source = before[:-1] + _reference(last)
    return left.source != before


def _make_room_right(left: _Piece, marks: list[_Piece], right: _Piece) -> None:
    """Encode the first character after the delimiters where it stands in their way."""
    first = right.source[:1]
    if any(mark.mark == "open" for mark in marks):
        blocked = first.isspace()
    else:
        inside = marks[-2].source[0] if len(marks) > 1 else left.source[-1:]
        blocked = _blocks_outside(first, marks[-1], inside)
    if blocked:
        right.source = _reference(first) + right.source[1:]


def _blocks_outside(outside: str, mark: _Piece, inside: str) -> bool:
    """Whether a delimiter fails between these two: a letter outside wants one inside, and ``_`` never takes one."""
    if not outside or outside in _ASCII_PUNCTUATION or outside in " \t\n":
        return False
    return mark.source == "_" or not inside.isalnum()
