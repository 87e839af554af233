"""RICH_TEXT_V2: one text in two notations, BlockNote JSON and Markdown; the one not given is made from the other."""

from collections.abc import Mapping
from typing import Any

from schema.values.markup.blocknote import print_blocknote, read_blocknote
from schema.values.markup.markdown_printer import print_markdown
from schema.values.markup.markdown_reader import read_markdown
from schema.values.text import optional_text


def rich_text(value: Mapping[str, Any], field: str) -> dict[str, str]:
    """Both notations: both given are kept, neither (absent or null) gives ``''`` twice. ``''`` has no blocks."""
    blocknote = optional_text(value.get("blocknote"), f"{field}.blocknote")
    markdown = optional_text(value.get("markdown"), f"{field}.markdown")
    if blocknote is None:
        blocknote = _to_blocknote(markdown or "")
    elif markdown is None:
        markdown = print_markdown(read_blocknote(blocknote, f"{field}.blocknote")) if blocknote else ""
    return {"blocknote": blocknote, "markdown": markdown or ""}


def _to_blocknote(markdown: str) -> str:
    blocks = read_markdown(markdown)
    return print_blocknote(blocks) if blocks else ""
