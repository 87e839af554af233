"""What holds for any text and any document of the blocks that both notations have."""

import json
from functools import partial
from typing import Any
from unicodedata import normalize

from hypothesis import given, settings
from hypothesis import strategies as st

from schema.values.markup.blocknote import print_blocknote, read_blocknote
from schema.values.markup.blocks import STYLES, Block, Cell, Inline, Link, Text, merged_inline
from schema.values.markup.markdown_printer import print_markdown
from schema.values.markup.markdown_reader import read_markdown
from schema.values.rich_text import rich_text

TRICKY = "ab1 .!*_~`[]()<>#&;|\\-+=:é—😀\u00a0"
phrases = st.one_of(
    st.text(TRICKY, min_size=1, max_size=8),
    st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=8).map(partial(normalize, "NFC")),
    st.sampled_from(
        ["1. a", "- a", "# a", "> a", "```", "~~~", "---", "&amp;", "<b>", "[x] a", "http://a.b", "![", "]("]
    ),
)
styles = st.frozensets(st.sampled_from(STYLES), max_size=4)
runs = st.builds(Text, phrases, styles)
hrefs = st.one_of(st.text("ab:/?&=#%.()<>\\ *_", max_size=12), st.just("https://a.b/c?d=e&amp;f"))
link_nodes = st.builds(Link, hrefs, st.lists(runs, min_size=1, max_size=3).map(tuple))
inlines: st.SearchStrategy[Inline] = st.one_of(runs, runs, link_nodes)


def content_of(items: list[Inline]) -> Cell:
    return merged_inline(items)


contents = st.lists(inlines, min_size=1, max_size=5).map(content_of)
code_text = st.text("ab `~\n#-", min_size=1, max_size=20).map(lambda code: (Text(code),))
languages = st.sampled_from(["text", "python", "c++", "objective-c"])
plain_text = st.text("ab \"'*_[]\\é&;", max_size=8)
images = st.builds(
    lambda url, name, caption: Block("image", props={"url": url, "name": name, "caption": caption}),
    st.text("ab:/?&=#% ()", min_size=1, max_size=8).filter(str.strip),
    plain_text,
    plain_text,
)
tables = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(contents, min_size=width, max_size=width).map(tuple), min_size=1, max_size=3).map(
        lambda rows: Block("table", rows=tuple(rows))
    )
)


def item_blocks(children: st.SearchStrategy[list[Block]]) -> st.SearchStrategy[Block]:
    def build(kind: str, content: Cell, checked: bool, inner: list[Block]) -> Block:
        props = {"checked": checked} if kind == "checkListItem" else {}
        return Block(kind, content, props, tuple(inner))

    kinds = st.sampled_from(["bulletListItem", "numberedListItem", "checkListItem"])
    return st.builds(build, kinds, contents, st.booleans(), children)


items = st.recursive(item_blocks(st.just([])), lambda inner: item_blocks(st.lists(inner, max_size=2)), max_leaves=6)
documents = st.lists(
    st.one_of(
        st.builds(Block, st.sampled_from(["paragraph", "quote"]), contents),
        st.builds(lambda content, level: Block("heading", content, {"level": level}), contents, st.integers(1, 3)),
        st.builds(lambda code, language: Block("codeBlock", code, {"language": language}), code_text, languages),
        items,
        images,
        tables,
    ),
    max_size=5,
).map(tuple)


@settings(max_examples=400, deadline=None)
@given(documents)
def test_blocks_survive_markdown(blocks: tuple[Block, ...]) -> None:
    assert read_markdown(print_markdown(blocks)) == blocks


@settings(max_examples=300, deadline=None)
@given(st.builds(Block, st.sampled_from(["paragraph", "heading"]), contents))
def test_inline_content_survives_markdown(block: Block) -> None:
    (read,) = read_markdown(print_markdown([block]))
    assert (read.type, read.content) == (block.type, block.content)


@settings(deadline=None)
@given(st.lists(st.text("ab \n", min_size=1, max_size=8), min_size=1, max_size=3))
def test_line_breaks_and_spaces_survive_markdown(texts: list[str]) -> None:
    blocks = tuple(Block("paragraph", (Text(text),)) for text in texts)
    assert read_markdown(print_markdown(blocks)) == blocks


@settings(deadline=None)
@given(documents)
def test_blocks_survive_blocknote(blocks: tuple[Block, ...]) -> None:
    again = read_blocknote(print_blocknote(blocks), "bodyV2")
    assert print_markdown(again) == print_markdown(blocks)


markdown_like = st.text("a1 \n\t>-+*_`~#[]()!<>|:.\\&;=x", max_size=200)


@settings(max_examples=400, deadline=None)
@given(st.one_of(markdown_like, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_any_markdown_gives_blocks_that_are_read_again(markdown: str) -> None:
    blocknote = rich_text({"markdown": markdown}, "bodyV2")["blocknote"]
    if blocknote:
        once = rich_text({"blocknote": blocknote}, "bodyV2")
        assert once["blocknote"] == blocknote


json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab*", max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "styles", "content", "href", "rows", "cells", "url"]), inner)
    ),
    max_leaves=10,
)
kinds = st.sampled_from(
    ["paragraph", "table", "image", "heading", "codeBlock", "checkListItem", "numberedListItem", "x"]
)


@settings(deadline=None)
@given(st.lists(st.fixed_dictionaries({"type": kinds, "props": json_values, "content": json_values}), max_size=3))
def test_whatever_a_block_holds_gives_markdown(blocks: list[dict[str, Any]]) -> None:
    assert isinstance(rich_text({"blocknote": json.dumps(blocks)}, "bodyV2")["markdown"], str)
