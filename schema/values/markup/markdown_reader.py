"""Markdown (CommonMark with tables, strikethrough and check lists) to blocks. Raw HTML is text, like any other."""

import re
from collections.abc import Callable, Iterable
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from schema.values.markup.blocks import Block, Cell, Prop, Text
from schema.values.markup.markdown_inline_reader import read_inline, read_paragraph

_MAX_NESTING = 100
_MAX_LENGTH = 200_000
_MAX_BRACKETS = 2_000
_MAX_CELLS = 30_000
_MAX_HEADING = 3
_CHECK = re.compile(r"\[(?P<mark>[ xX])\](?:[ \t]+|\Z)")
_DELIMITER_ROW = "|:- \t>*+.)0123456789"  # what the line under a table's header consists of, in a list or quote too
_EMPTY_LINES = re.compile(r"\n(?:[ \t]*\n)+")


class _Parser(MarkdownIt):
    """CommonMark that leaves URLs as they are written."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (the parser names it)
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802
        return link


@cache
def _parser() -> _Parser:
    parser = _Parser("commonmark", {"html": False, "maxNesting": _MAX_NESTING})
    parser.enable(["table", "strikethrough"])
    return parser


def read_markdown(source: str) -> tuple[Block, ...]:
    """The blocks of any text. What is too long or nested too deeply for Markdown comes back as plain paragraphs."""
    if _is_costly(source):
        return plain_paragraphs(source)
    try:
        tokens = _parser().parse(source)
        if not any(token.nesting == 1 and token.level >= _MAX_NESTING - 1 for token in tokens):
            return tuple(_Cursor(tokens).blocks())
    except RecursionError:  # images within images are the one nesting that the parser does not bound
        pass
    return plain_paragraphs(source)  # the parser leaves out what lies deeper than its limit


def _is_costly(source: str) -> bool:
    """Whether parsing may take seconds: brackets cost their square, a table its columns times the lines."""
    if len(source) > _MAX_LENGTH or source.count("[") > _MAX_BRACKETS:
        return True
    lines = source.split("\n")
    columns = max((line.count("|") for line in lines if not line.strip(_DELIMITER_ROW)), default=0)
    return columns * len(lines) > _MAX_CELLS


def plain_paragraphs(source: str) -> tuple[Block, ...]:
    parts = (part.strip() for part in _EMPTY_LINES.split(source.replace("\r\n", "\n").replace("\r", "\n")))
    return tuple(Block("paragraph", (Text(part),)) for part in parts if part)


class _Cursor:
    """A place in the flat list of tokens; each method reads past what it returns."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._position = 0

    def blocks(self, end: str = "") -> list[Block]:
        """The blocks up to and past the token of type ``end``, or up to the end of the document."""
        blocks: list[Block] = []
        while self._position < len(self._tokens):
            token = self._next()
            if token.type == end:
                break
            read = _READERS.get(token.type)
            if read is not None:
                blocks += read(self, token)
        return blocks

    def _next(self) -> Token:
        token = self._tokens[self._position]
        self._position += 1
        return token

    def paragraph(self, token: Token) -> Iterable[Block]:
        """A paragraph; images in it become blocks of their own."""
        return read_paragraph(self._next().children or [])

    def heading(self, token: Token) -> Iterable[Block]:
        """A heading, of level 3 at most."""
        level = min(int(token.tag[1:]), _MAX_HEADING)
        return [Block("heading", read_inline(self._next().children or []), {"level": level})]

    def code(self, token: Token) -> Iterable[Block]:
        """A fenced or indented code block, without the newline that ends it."""
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else "text"
        content = (Text(token.content.removesuffix("\n")),) if token.content.removesuffix("\n") else ()
        return [Block("codeBlock", content, {"language": language})]

    def quote(self, token: Token) -> Iterable[Block]:
        """A quote for each of its paragraphs; other blocks in it are children of the quote before them."""
        quotes: list[tuple[Cell, list[Block]]] = []
        for block in self.blocks("blockquote_close"):
            if block.type == "paragraph":
                quotes.append((block.content, []))
            elif quotes:
                quotes[-1][1].append(block)
            else:
                quotes.append(((), [block]))
        return [Block("quote", content, children=tuple(children)) for content, children in quotes or [((), [])]]

    def bullet_list(self, token: Token) -> Iterable[Block]:
        """Bullet and check list items; an item's first paragraph is its content, what follows are its children."""
        items: list[Block] = []
        while self._next().type == "list_item_open":
            checked = self._take_check()
            kind = "bulletListItem" if checked is None else "checkListItem"
            items.append(self._item(kind, {} if checked is None else {"checked": checked}))
        return items

    def ordered_list(self, token: Token) -> Iterable[Block]:
        """Numbered list items, the first with ``start`` when that is not 1."""
        start = token.attrGet("start")
        props: dict[str, Prop] = {} if start is None or int(start) == 1 else {"start": int(start)}
        items: list[Block] = []
        while self._next().type == "list_item_open":
            items.append(self._item("numberedListItem", {} if items else props))
        return items

    def _item(self, kind: str, props: dict[str, Prop]) -> Block:
        inner = self.blocks("list_item_close")
        if inner and inner[0].type == "paragraph":
            return Block(kind, inner[0].content, props, tuple(inner[1:]))
        return Block(kind, (), props, tuple(inner))

    def _take_check(self) -> bool | None:
        """Whether the item that begins here is checked; None when it has no box. Takes the box off its text."""
        if self._tokens[self._position].type != "paragraph_open":
            return None
        inline = self._tokens[self._position + 1]
        box = _CHECK.match(inline.content)
        first = inline.children[0] if inline.children else None
        if box is None or first is None or first.type != "text":
            return None
        first.content = first.content[len(box[0]) :]
        return box["mark"] != " "

    def table(self, token: Token) -> Iterable[Block]:
        """A table; its header is the first row."""
        rows: list[tuple[Cell, ...]] = []
        cells: list[Cell] = []
        while (inner := self._next()).type != "table_close":
            if inner.type == "inline":
                cells.append(read_inline(inner.children or []))
            elif inner.type == "tr_close":
                rows.append(tuple(cells))
                cells = []
        return [Block("table", rows=tuple(rows))]


_READERS: dict[str, Callable[[_Cursor, Token], Iterable[Block]]] = {
    "paragraph_open": _Cursor.paragraph,
    "heading_open": _Cursor.heading,
    "fence": _Cursor.code,
    "code_block": _Cursor.code,
    "blockquote_open": _Cursor.quote,
    "bullet_list_open": _Cursor.bullet_list,
    "ordered_list_open": _Cursor.ordered_list,
    "table_open": _Cursor.table,
}
