"""BlockNote's JSON, as the editor stores it, to blocks and back. It reads leniently below the list of blocks."""

import json
from collections.abc import Mapping
from typing import Any

from schema.values.ids import new_id
from schema.values.json_text import parsed_json
from schema.values.markup.blocks import BLOCK_TYPES, STYLES, Block, Cell, Inline, Link, Prop, Text, merged_inline
from schema.values.messages import invalid

_ALIGNED = {"textColor": "default", "backgroundColor": "default", "textAlignment": "left"}
_DEFAULT_PROPS: Mapping[str, Mapping[str, Prop]] = {
    "paragraph": _ALIGNED,
    "heading": {**_ALIGNED, "level": 1},
    "bulletListItem": _ALIGNED,
    "numberedListItem": _ALIGNED,
    "checkListItem": {**_ALIGNED, "checked": False},
    "quote": {"textColor": "default", "backgroundColor": "default"},
    "codeBlock": {"language": "text"},
    "table": {"textColor": "default"},
    "image": {
        "backgroundColor": "default",
        "textAlignment": "left",
        "name": "",
        "url": "",
        "caption": "",
        "showPreview": True,
    },
}


def read_blocknote(source: str, field: str) -> tuple[Block, ...]:
    """The blocks of a JSON text that holds a list of block objects; anything else is BadUserInput.

    A block of unknown type becomes a paragraph of its text, unknown inline content its text.
    """
    return _blocks(parsed_json(source, field), field)


def _blocks(value: Any, field: str) -> tuple[Block, ...]:
    if not isinstance(value, list):
        raise invalid(field, "expected a JSON list of BlockNote blocks")
    return tuple(_block(item, field) for item in value)


def _block(item: Any, field: str) -> Block:
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        raise invalid(field, "every BlockNote block must be an object with a type")
    kind = item["type"] if item["type"] in BLOCK_TYPES else "paragraph"
    content, given = item.get("content"), item.get("props")
    props = {name: prop for name, prop in (given if isinstance(given, dict) else {}).items() if _is_prop(prop)}
    children = _blocks(item.get("children") or [], field)
    if kind == "table":
        return Block(kind, props=props, children=children, rows=_rows(content))
    return Block(kind, _inlines(content), props, children)


def _is_prop(value: Any) -> bool:
    return isinstance(value, (str, int, bool))


def _rows(content: Any) -> tuple[tuple[Cell, ...], ...]:
    rows = content.get("rows") if isinstance(content, dict) else None
    cells = [row.get("cells") for row in rows or () if isinstance(row, dict)] if isinstance(rows, list) else []
    return tuple(tuple(_cell(cell) for cell in row) for row in cells if isinstance(row, list))


def _cell(value: Any) -> Cell:
    """A cell is its inline content, or in later versions an object that holds it."""
    return _inlines(value.get("content") if isinstance(value, dict) else value)


def _inlines(content: Any) -> Cell:
    if isinstance(content, str):
        content = [content]
    return merged_inline(_inline(item) for item in content) if isinstance(content, list) else ()


def _inline(item: Any) -> Inline:
    if isinstance(item, str):
        return Text(item)
    if not isinstance(item, dict):
        return Text("")
    if item.get("type") == "link" and isinstance(item.get("href"), str):
        return Link(item["href"], tuple(run for run in _inlines(item.get("content")) if isinstance(run, Text)))
    styles, text = item.get("styles"), item.get("text")
    kept = frozenset(style for style in STYLES if isinstance(styles, dict) and styles.get(style) is True)
    return Text(text if isinstance(text, str) else _nested_text(item.get("content")), kept)


def _nested_text(content: Any) -> str:
    return "".join(item.text for item in _inlines(content) if isinstance(item, Text))


def print_blocknote(blocks: tuple[Block, ...]) -> str:
    """The blocks as JSON text, with fresh ids and the default props of BlockNote's schema."""
    return json.dumps([_printed(block) for block in blocks], ensure_ascii=False, separators=(",", ":"))


def _printed(block: Block) -> dict[str, Any]:
    printed: dict[str, Any] = {
        "id": str(new_id()),
        "type": block.type,
        "props": {**_DEFAULT_PROPS[block.type], **block.props},
    }
    if block.type == "table":
        rows = [{"cells": [_printed_inlines(cell) for cell in row]} for row in block.rows]
        printed["content"] = {"type": "tableContent", "rows": rows}
    elif block.type != "image":
        printed["content"] = _printed_inlines(block.content)
    printed["children"] = [_printed(child) for child in block.children]
    return printed


def _printed_inlines(content: Cell) -> list[dict[str, Any]]:
    return [_printed_inline(item) for item in content]


def _printed_inline(item: Inline) -> dict[str, Any]:
    if isinstance(item, Link):
        return {"type": "link", "href": item.href, "content": _printed_inlines(item.content)}
    styles = {style: True for style in STYLES if style in item.styles}
    return {"type": "text", "text": item.text, "styles": styles}
