"""RICH_TEXT_V2: one text in two notations, BlockNote JSON and Markdown; the one not given is made from the other."""

from collections.abc import Mapping
from typing import Any

from schema.errors import BadUserInput
from schema.values.markup.blocknote import print_blocknote, read_blocknote
from schema.values.markup.conversions import Conversions, Text, conversions, made
from schema.values.markup.markdown_printer import print_markdown
from schema.values.markup.markdown_reader import plain_paragraphs, read_markdown
from schema.values.text import optional_text


def rich_text(value: Mapping[str, Any], field: str) -> dict[str, str]:
    """Both notations: both given are kept, neither (absent or null) gives ``''`` twice. ``''`` has no blocks."""
    blocknote = optional_text(value.get("blocknote"), f"{field}.blocknote")
    markdown = optional_text(value.get("markdown"), f"{field}.markdown")
    if blocknote is None:
        blocknote = _converted(("markdown", markdown or ""), field)
    elif markdown is None:
        markdown = _converted(("blocknote", blocknote), field)
    return {"blocknote": blocknote, "markdown": markdown or ""}


def converted(texts: list[Text]) -> Conversions:
    """What a request asks for, beforehand, in any thread."""
    return made(texts, _sound)


def _sound(text: Text) -> str | None:
    try:
        return _convert(text, "")
    except (BadUserInput, RecursionError):
        return None


def _converted(text: Text, field: str) -> str:
    request = conversions.get()
    if request is None:
        return _convert(text, field)
    known = request.made.get(text)
    if known is not None:
        return known
    if request.allow(text) or text[0] == "blocknote":
        return _convert(text, field)
    blocks = plain_paragraphs(text[1])
    return print_blocknote(blocks) if blocks else ""


def _convert(text: Text, field: str) -> str:
    notation, source = text
    if notation == "blocknote":
        return print_markdown(read_blocknote(source, f"{field}.blocknote")) if source else ""
    blocks = read_markdown(source)
    return print_blocknote(blocks) if blocks else ""
