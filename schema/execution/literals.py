"""Documents that differ in nothing but the texts and numbers in them: one for all, with variables in their place.

Clients that write their values into the document would have each one parsed and validated, which takes milliseconds.
What a document is without its literals is found without parsing it, and remembered when it comes a second time.
Whatever is in doubt leaves the document as it is.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from graphql import (
    SKIP,
    FloatValueNode,
    GraphQLError,
    GraphQLSchema,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    Source,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_scalar_type,
    parse,
    visit,
)

from schema.bounded_memory import BoundedMemory, SeenBefore
from schema.context import GraphQLRequest
from schema.execution.documents import weight

MOST_REMEMBERED = 300_000  # characters of documents
LONGEST_REMEMBERED = 20_000  # of one
SEEN = 1000  # documents without their literals
NAME = "literal_"
JSON = "RawJSONScalar"  # what stands inside has no type
# What is a value of these types as that of a variable, but not in a document: 1.0, and "1".
_EXCLUDED: Mapping[type[Node], tuple[str, ...]] = {FloatValueNode: ("Int", "ID"), StringValueNode: ("Float",)}

# As GraphQL reads tokens, where there is no comment and no block string. A text that is not closed is one too, so that
# no part of it is looked at again.
_LITERAL = re.compile(
    r'("(?:[^"\\\n\r]|\\.)*+"?|(?<![\w.])-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))', re.ASCII
)


@dataclass(frozen=True, slots=True)
class Lifted:
    """A request whose literals are variables, and the document that it came with."""

    request: GraphQLRequest
    original: str

    def located(self, errors: Sequence[GraphQLError]) -> list[GraphQLError]:
        """Errors of the request, with their places in the original document."""
        if not errors:
            return []
        places = dict(zip(_places(self.request.document), _places(self.original), strict=True))
        source = Source(self.original)
        return [
            GraphQLError(
                error.message,
                source=source,
                positions=[places[position] for position in error.positions or ()],
                path=error.path,
                original_error=error.original_error,
            )
            for error in errors
        ]


class Literals:
    """The documents of one schema without their literals, remembered up to a bound."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._seen = SeenBefore(SEEN)
        self.texts: BoundedMemory[tuple[str, ...], str] = BoundedMemory(MOST_REMEMBERED)

    def lifted(self, request: GraphQLRequest) -> Lifted | None:
        """The request with its literals as variables, where its document was seen with other ones."""
        text = request.document
        if len(text) > LONGEST_REMEMBERED or NAME in text or '"""' in text:
            return None
        parts = _LITERAL.split(text)
        pieces, literals = parts[::2], parts[1::2]
        if not literals or "-0" in literals or any("#" in piece for piece in pieces):
            return None  # -0 is a zero with a sign for one type and without one for another
        kinds = [_kind(literal) for literal in literals]
        document = self._document((*kinds, *pieces), text)
        if not document:
            return None
        try:
            read = [_READ[kind](literal) for kind, literal in zip(kinds, literals, strict=True)]
        except ValueError:  # not an escape of JSON, or too long a number
            return None
        values = {f"{NAME}{n}": value for n, value in enumerate(read)}
        return Lifted(replace(request, document=document, variables={**request.variables, **values}), text)

    def _document(self, key: tuple[str, ...], text: str) -> str | None:
        """With variables. The empty text, where that is not possible; nothing where it comes for the first time."""
        document = self.texts.get(key)
        if document is None and self._seen.again(key):
            document = self._made(text)
            self.texts.put(key, document, weight(text))
        return document

    def _made(self, text: str) -> str:
        types = _Types(self._schema)
        try:
            parsed = parse(text)
            visit(parsed, TypeInfoVisitor(types.info, types))
        except (GraphQLError, RecursionError):
            return ""
        operations = [node for node in parsed.definitions if isinstance(node, OperationDefinitionNode)]
        literals = list(_LITERAL.finditer(text))
        if len(operations) != 1 or [*sorted(types.found)] != [literal.start() for literal in literals]:
            return ""
        declared = ", ".join(f"${NAME}{n}: {types.found[literal.start()]}" for n, literal in enumerate(literals))
        changes = [(literal.start(), literal.end(), f"${NAME}{n}") for n, literal in enumerate(literals)]
        return _changed(text, sorted([*changes, _declaration(operations[0], text, declared)]))


def _kind(literal: str) -> str:
    if literal[0] == '"':
        return "text"
    return "integer" if literal.removeprefix("-").isdecimal() else "float"


_READ: Mapping[str, Callable[[str], Any]] = {"text": orjson.loads, "integer": int, "float": float}


class _Types(Visitor):
    """The types of literals by their places. One that no variable can stand for is not among them."""

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self.info = TypeInfo(schema)
        self.found: dict[int, str] = {}

    def enter(self, node: Node, *_: Any) -> Any:
        if isinstance(node, VariableDefinitionNode):
            return SKIP  # a default is a constant
        if isinstance(node, StringValueNode | IntValueNode | FloatValueNode) and node.loc:
            expected = self.info.get_input_type()
            named = get_named_type(expected)
            excluded = _EXCLUDED.get(type(node), ())
            if is_scalar_type(named) and named.name not in (JSON, *excluded):
                self.found[node.loc.start] = str(expected)
        return None


def _declaration(operation: OperationDefinitionNode, text: str, declared: str) -> tuple[int, int, str]:
    """Where variables of an operation are declared, and how."""
    assert operation.loc
    if operation.variable_definitions:
        last = operation.variable_definitions[-1].loc
        assert last
        return last.end, last.end, f", {declared}"
    if text[operation.loc.start] == "{":
        return operation.loc.start, operation.loc.start, f"query ({declared}) "
    named = operation.name.loc if operation.name else None
    end = named.end if named else operation.loc.start + len(operation.operation.value)
    return end, end, f"({declared})"


def _changed(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    """The text with each part from one place to another replaced."""
    pieces, done = "", 0
    for start, end, new in changes:
        pieces += text[done:start] + new
        done = end
    return pieces + text[done:]


class _Places(Visitor):
    """Where the nodes of a document begin, in their order. Those of our own variables are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[int] = []

    def enter(self, node: Node, *_: Any) -> Any:
        if isinstance(node, VariableDefinitionNode) and node.variable.name.value.startswith(NAME):
            return SKIP
        assert node.loc
        self.found.append(node.loc.start)
        return SKIP if isinstance(node, VariableNode) else None  # a literal has no name below it


def _places(document: str) -> list[int]:
    places = _Places()
    visit(parse(document), places)
    return places.found
