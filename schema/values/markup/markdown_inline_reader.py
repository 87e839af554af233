"""The inline tokens of the Markdown parser to runs of text, links and images."""

from collections.abc import Iterable, Iterator, Sequence

from markdown_it.token import Token

from schema.values.markup.blocks import Block, Cell, Inline, Link, Text, merged, merged_inline

_STYLES = {"strong": "bold", "em": "italic", "s": "strike"}


def read_inline(tokens: Sequence[Token]) -> Cell:
    """The content where no block can stand: an image becomes a link to it."""
    return merged_inline(_as_link(item) if isinstance(item, Block) else item for item in _items(tokens))


def read_paragraph(tokens: Sequence[Token]) -> Iterable[Block]:
    """The paragraph, split around the images in it."""
    items = list(_items(tokens))
    if not any(isinstance(item, Block) for item in items):
        content = merged_inline(item for item in items if not isinstance(item, Block))
        return [Block("paragraph", content)]
    return _split(items)


def _split(items: Iterable[Inline | Block]) -> Iterator[Block]:
    run: list[Inline] = []
    for item in items:
        if isinstance(item, Block):
            yield from _trimmed_paragraph(run)
            yield item
            run = []
        else:
            run.append(item)
    yield from _trimmed_paragraph(run)


def _trimmed_paragraph(run: Iterable[Inline]) -> Iterator[Block]:
    content = list(merged_inline(run))
    if content and isinstance(content[0], Text):
        content[0] = Text(content[0].text.lstrip(), content[0].styles)
    if content and isinstance(content[-1], Text):
        content[-1] = Text(content[-1].text.rstrip(), content[-1].styles)
    trimmed = merged_inline(content)
    if trimmed:
        yield Block("paragraph", trimmed)


def _items(tokens: Sequence[Token]) -> Iterator[Inline | Block]:
    """Texts, links and images in order. The tokens are flat, so that no nesting of emphasis is too deep."""
    depths = dict.fromkeys(_STYLES.values(), 0)
    href: str | None = None
    label: list[Text] = []
    for token in tokens:
        name, _, side = token.type.rpartition("_")
        if name in _STYLES:
            depths[_STYLES[name]] += 1 if side == "open" else -1
        elif token.type == "link_open":
            href, label = str(token.attrGet("href") or ""), []
        elif token.type == "link_close":
            yield Link(href or "", merged(label) or (Text(href or ""),))
            href = None
        elif token.type == "image" and href is None:
            yield _image(token)
        else:
            text = Text(_text(token), _styles(token, depths))
            if href is None:
                yield text
            else:
                label.append(text)


def _styles(token: Token, depths: dict[str, int]) -> frozenset[str]:
    styles = {style for style, depth in depths.items() if depth > 0}
    return frozenset(styles | {"code"} if token.type == "code_inline" else styles)


def _text(token: Token) -> str:
    match token.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image":
            return _alternative(token)
        case _:
            return token.content


def _alternative(image: Token) -> str:
    """The text of an image's label, images within it included; without recursion."""
    texts: list[str] = []
    pending = list(reversed(image.children or []))
    while pending:
        token = pending.pop()
        if token.type == "image":
            pending += reversed(token.children or [])
        else:
            texts.append(_text(token))
    return "".join(texts)


def _image(token: Token) -> Block:
    url, caption = str(token.attrGet("src") or ""), str(token.attrGet("title") or "")
    return Block("image", props={"url": url, "name": _alternative(token), "caption": caption})


def _as_link(image: Block) -> Link:
    url = image.text_prop("url")
    return Link(url, (Text(image.text_prop("name") or url),))
