"""The text of a `filter` ⇄ a tree of conditions. It knows the grammar, and neither objects nor what a value means.

    filter     := item ("," item)*                             several items are and(…)
    item       := ("and" | "or" | "not") "(" item ("," item)* ")" | path "[" comparator "]" ":" value
    value      := quoted | "[" (value ("," value)*)? "]" | bare

White space may stand between all of these. Quotation marks, single or double, protect everything in them; there a
backslash escapes a quotation mark or a backslash. A bare value ends at the comma or parenthesis that closes it, may
hold balanced brackets and parentheses, and a backslash in it escapes any of the signs of the grammar. Any other
backslash stands for itself, so that patterns can be written as they are.
"""

import re
from dataclasses import dataclass

DEEPEST = 50

_GRAMMAR = r"""
start: item ("," item)*
?item: conjunction | predicate
conjunction: CONNECTIVE "(" item ("," item)* ")"
predicate: PATH "[" COMPARATOR "]" ":" (quoted | list | bare)
quoted: QUOTED
bare: TEXT _tail* | group _tail* | list _tail+
_tail: TAIL | group | list
list: "[" _values "]"
group: "(" _values ")"
_values: _value? ("," _value?)*
_value: quoted | bare | list

CONNECTIVE.3: /(and|or|not)(?=\s*\()/
PATH.2: /[^\s\[\](),:"']([^\[\](),:"']*[^\s\[\](),:"'])?/
COMPARATOR.2: /[^\[\](),:"']+/
QUOTED.3: /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/s
TEXT.2: /(?:\\.|[^\s,()\[\]\\"'])(?:\\.|[^,()\[\]\\])*\\?(?=$|[,()\[\]])/s
TAIL.1: /(?:\\.|[^,()\[\]\\])+/s
%ignore /\s+/
"""

_QUOTED_ESCAPE = re.compile(r"\\([\"'\\])")
_BARE_ESCAPE = re.compile(r"\\([\"'\\,()\[\]])")
_SEPARATORS = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\\.|([,()])", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Predicate:
    """One comparison. `value` is one text or a list of them; `source` is how it was written, for messages."""

    path: str
    comparator: str
    value: "str | tuple[str, ...]"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Conjunction:
    """`connective` is `and`, `or` or `not`, which has one item."""

    connective: str
    items: tuple["Tree", ...]


Tree = Predicate | Conjunction
