"""The text of a `filter` ⇄ a tree of conditions. It knows the grammar, and neither objects nor what a value means.

    filter  := item ("," item)*                                 several items are and(…)
    item    := ("and" | "or" | "not") "(" item ("," item)* ")" | path "[" comparator "]" ":" value
    value   := quoted | "[" (value ("," value)*)? "]" | bare

White space may stand between all of these. Quotation marks, single or double, protect everything in them; a backslash
escapes a quotation mark or a backslash there. A bare value ends at the comma or bracket that closes it and may hold
balanced brackets and parentheses; a backslash escapes any sign of the grammar there. Any other backslash stands for
itself, so that patterns are written as they are.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken, VisitError
from lark.visitors import Transformer_NonRecursive, v_args

from schema.errors import BadUserInput
from schema.values.messages import shown

DEEPEST = 50
EXAMPLE = "eg: price[gte]:10"

_GRAMMAR = r"""
start: item ("," item)*
?item: conjunction | predicate
conjunction: CONNECTIVE "(" item ("," item)* ")"
predicate: PATH "[" COMPARATOR "]" ":" _value
_value: quoted | values | bare
quoted: QUOTED
values: "[" (_value ("," _value)*)? "]"
bare: TEXT _tail* | group _tail* | values _tail+
_tail: QUOTED | TAIL | group | brackets
group: "(" _inner* ")"
brackets: "[" _inner* "]"
_inner: _tail | ","

CONNECTIVE.3: /(and|or|not)(?=\s*\()/
PATH.2: /[^\s\[\](),:"'](?:[^\[\](),:"']*[^\s\[\](),:"'])?/
COMPARATOR.2: /[^\[\](),:"']+/
QUOTED.3: /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/s
TEXT.2: /(?:\\.|[^\s,()\[\]\\"'])(?:\\.|[^,()\[\]\\])*(?:\\\Z)?/s
TAIL.1: /(?:\\.|[^\s,()\[\]\\])(?:\\.|[^,()\[\]\\])*(?:\\\Z)?/s
%ignore /\s+/
"""

_QUOTED_ESCAPE = re.compile(r"\\([\"'\\])")
_BARE_ESCAPE = re.compile(r"\\([\"'\\,()\[\]])")
_UNPLAIN = re.compile(r"[\\\"'()]")
_PLAIN = re.compile(r"\s*(?P<path>[\w.]+)\[(?P<comparator>\w+)\]:\s*(?P<value>[^\s\[\]]+)\s*")
_SIGNS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\\.|([,()])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Predicate:
    """One comparison. `value` is one text or several; `source` is how value and all were written, for messages."""

    path: str
    comparator: str
    value: str | tuple[str, ...]
    source: str = ""
    written: str = ""


@dataclass(frozen=True, slots=True)
class Conjunction:
    """`connective` is `and`, `or` or `not`, which has one item."""

    connective: str
    items: tuple["Condition", ...]


Condition = Predicate | Conjunction


def parse(text: str) -> Condition:
    """Raises BadUserInput that quotes the part of the text which is not a filter."""
    return _plain(text) or _parsed(text)


def _plain(text: str) -> Condition | None:
    """Comparisons side by side without a quotation mark, escape, list or parenthesis: most filters, read at once."""
    if _UNPLAIN.search(text):
        return None
    items = []
    for item in text.split(","):
        found = _PLAIN.fullmatch(item)
        if found is None:
            return None
        items.append(Predicate(found["path"], found["comparator"], found["value"], item.strip(), found["value"]))
    return items[0] if len(items) == 1 else Conjunction("and", tuple(items))


def _parsed(text: str) -> Condition:
    """By the whole grammar."""
    if text.count("(") > DEEPEST and _depth(text) > DEEPEST:
        raise BadUserInput(f"'filter' invalid. It is nested deeper than {DEEPEST} levels")
    try:
        parsed = _parser().parse(text)
    except UnexpectedInput as error:
        at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        raise _fault(text, len(text) if at_end else error.pos_in_stream or 0) from None
    try:
        condition = _Conditions(text).transform(parsed)
    except VisitError as error:
        raise error.orig_exc from None
    assert isinstance(condition, Predicate | Conjunction)
    return condition


def render(condition: Condition) -> str:
    """The text that parses to this condition."""
    if isinstance(condition, Conjunction):
        return f"{condition.connective}({','.join(map(render, condition.items))})"
    value = condition.value
    text = _quoted(value) if isinstance(value, str) else f"[{','.join(map(_quoted, value))}]"
    return f"{condition.path}[{condition.comparator}]:{text}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value and where it stands."""

    value: str | tuple[str, ...]
    start: int
    end: int


@v_args(meta=True)
class _Conditions(Transformer_NonRecursive[Token, Any]):
    """Makes conditions of a parsed text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def start(self, meta: Any, items: list[Condition]) -> Condition:
        return items[0] if len(items) == 1 else Conjunction("and", tuple(items))

    def conjunction(self, meta: Any, children: list[Any]) -> Conjunction:
        connective, *items = children
        if connective == "not" and len(items) != 1:
            raise BadUserInput(
                "'filter' invalid. 'not' conjunction should contain only 1 condition. eg: not(field[eq]:1)"
            )
        return Conjunction(str(connective), tuple(items))

    def predicate(self, meta: Any, children: list[Any]) -> Predicate:
        path, comparator, value = children
        return Predicate(
            path=str(path),
            comparator=comparator.strip(),
            value=value.value,
            source=self._text[meta.start_pos : meta.end_pos].strip(),
            written=self._text[value.start : value.end],
        )

    def quoted(self, meta: Any, children: list[Token]) -> _Value:
        return _Value(_QUOTED_ESCAPE.sub(r"\1", children[0][1:-1]), meta.start_pos, meta.end_pos)

    def bare(self, meta: Any, children: list[Any]) -> _Value:
        text = self._text[meta.start_pos : meta.end_pos].rstrip()
        return _Value(_BARE_ESCAPE.sub(r"\1", text), meta.start_pos, meta.start_pos + len(text))

    def values(self, meta: Any, children: list[_Value]) -> _Value:
        """A list in a list is text."""
        items = tuple(
            item.value if isinstance(item.value, str) else self._text[item.start : item.end] for item in children
        )
        return _Value(items, meta.start_pos, meta.end_pos)

    def group(self, meta: Any, children: list[Any]) -> Tree[Any]:
        return Tree("group", [], meta)

    def brackets(self, meta: Any, children: list[Any]) -> Tree[Any]:
        return Tree("brackets", [], meta)


def _depth(text: str) -> int:
    depth = deepest = 0
    for found in _SIGNS.finditer(text):
        depth += {"(": 1, ")": -1}.get(found[1] or "", 0)
        deepest = max(deepest, depth)
    return deepest


def _fault(text: str, at: int) -> BadUserInput:
    """What is wrong near a position: parentheses that do not match, or else the predicate that stands there."""
    signs = [(found.start(1), found[1]) for found in _SIGNS.finditer(text) if found[1]]
    missing = sum({"(": 1, ")": -1}.get(sign, 0) for _, sign in signs)
    if missing:
        bracket = f"{'close' if missing > 0 else 'open'} bracket{'s are' if abs(missing) > 1 else ' is'}"
        return BadUserInput(f"'filter' invalid. {abs(missing)} {bracket} missing in the query")
    start = max((place + 1 for place, _ in signs if place < at), default=0)
    end = min((place for place, _ in signs if place >= at), default=len(text))
    return BadUserInput(f"'filter' invalid for '{shown(text[start:end].strip())}'. {EXAMPLE}")
