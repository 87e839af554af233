"""Blocks printed as Markdown (CommonMark with GitHub's tables, strikethrough and check lists)."""

import re
from collections.abc import Sequence

from schema.values.markup.blocks import LIST_ITEMS, Block, Cell, Text, plain
from schema.values.markup.markdown_inline import fence_length, print_cell, print_image, print_line, print_lines

_LANGUAGE = re.compile(r"[\w+#.-]+", re.ASCII)
_MAY_INTERRUPT = re.compile(r"(?:-|1\.) \S")  # the lists that may follow a paragraph without an empty line
_MAX_DEPTH = 20
_MAX_ORDINAL = 999_999_999


def print_markdown(blocks: Sequence[Block]) -> str:
    """The blocks as Markdown, without a newline at the end; empty paragraphs leave nothing.

    Blocks nested more than 20 levels deep follow the block that holds them.
    """
    return _print_blocks(blocks, _MAX_DEPTH)


def _print_blocks(blocks: Sequence[Block], room: int) -> str:
    """The blocks, in which this many levels may still be nested."""
    printed: list[str] = []
    previous: Block | None = None
    ordinal = 0
    for block in _flat(blocks, room):
        ordinal = _ordinal(previous, block, ordinal)
        text = _print(block, ordinal, room)
        if text:
            printed += [_separator(previous, block) if previous else "", text]
            previous = block
    return "".join(printed)


def _flat(blocks: Sequence[Block], room: int) -> list[Block]:
    """Only list items and quotes hold other blocks in Markdown; the children of the rest follow them."""
    flat: list[Block] = []
    for block in blocks:
        flat.append(block)
        if not (room and _holds_children(block)):
            flat += _flat(block.children, room)
    return flat


def _holds_children(block: Block) -> bool:
    return block.type in LIST_ITEMS or block.type == "quote"


def _ordinal(previous: Block | None, block: Block, ordinal: int) -> int:
    if previous is not None and previous.type == block.type == "numberedListItem":
        return min(ordinal + 1, _MAX_ORDINAL)
    return min(max(block.integer_prop("start", 1), 0), _MAX_ORDINAL)


def _separator(previous: Block, block: Block) -> str:
    """Items of one list follow each other, everything else is set apart by an empty line."""
    if previous.type in LIST_ITEMS and block.type in LIST_ITEMS:
        same_list = (previous.type == "numberedListItem") == (block.type == "numberedListItem")
        return "\n" if same_list else "\n\n"
    return "\n\n"


def _print(block: Block, ordinal: int, room: int) -> str:
    match block.type:
        case "heading":
            level = min(max(block.integer_prop("level", 1), 1), 6)
            return f"{'#' * level} {print_line(block.content)}".rstrip(" ")
        case "bulletListItem":
            return _print_item("-", "", block, room)
        case "checkListItem":
            return _print_item("-", "[x]" if block.props.get("checked") is True else "[ ]", block, room)
        case "numberedListItem":
            return _print_item(f"{ordinal}.", "", block, room)
        case "quote":
            parts = (print_lines(block.content), _print_children(block, room))
            return _prefixed("\n\n".join(part for part in parts if part), "> ", "> ")
        case "codeBlock":
            return _print_code(block)
        case "table":
            return _print_table(block)
        case "image":
            return _print_image(block)
        case _:
            return print_lines(block.content)


def _print_children(block: Block, room: int) -> str:
    return _print_blocks(block.children, room - 1) if room else ""


def _print_item(marker: str, check: str, block: Block, room: int) -> str:
    head = " ".join(part for part in (check, print_lines(block.content)) if part)
    children = _print_children(block, room)
    if children:
        head += ("\n" if not head or _MAY_INTERRUPT.match(children) else "\n\n") + children
    return _prefixed(head, marker + " ", " " * (len(marker) + 1))


def _prefixed(text: str, first: str, rest: str) -> str:
    """The lines of the text behind a prefix, without trailing spaces where a line is empty."""
    lines = text.split("\n")
    prefixes = [first] + [rest] * (len(lines) - 1)
    return "\n".join(prefix + line if line else prefix.rstrip() for prefix, line in zip(prefixes, lines, strict=True))


def _print_code(block: Block) -> str:
    code = plain(block.content).replace("\r\n", "\n").replace("\r", "\n")
    language = block.text_prop("language")
    info = language if language != "text" and _LANGUAGE.fullmatch(language) else ""
    fence = "`" * fence_length(code, 3)
    return f"{fence}{info}\n{code}\n{fence}" if code else f"{fence}{info}\n{fence}"


def _print_image(block: Block) -> str:
    url, name, caption = (block.text_prop(prop) for prop in ("url", "name", "caption"))
    return print_image(url, name, caption) if url else print_lines((Text(caption or name),))


def _print_table(block: Block) -> str:
    width = max((len(row) for row in block.rows), default=0)
    if not width:
        return ""
    header = [*block.rows[0], *([()] * (width - len(block.rows[0])))]
    return "\n".join([_print_row(header), "|" + " --- |" * width, *map(_print_row, block.rows[1:])])


def _print_row(row: Sequence[Cell]) -> str:
    """A row as long as it is: readers fill up short ones."""
    return "| " + " | ".join(print_cell(cell) for cell in row) + " |"
