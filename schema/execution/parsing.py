"""A text → a document, given up as soon as it has more tokens than an operation may have.

The arguments of mutations are counted apart, since batches are written there.
"""

import re
from dataclasses import dataclass
from itertools import islice

from graphql import ArgumentNode, DefinitionNode, DocumentNode, GraphQLError, OperationType, Source
from graphql.language.parser import Parser

from schema.context import Limits
from schema.errors import QueryTooComplex

TOKENS_OF_A_RECORD = 100
"""In the arguments of a mutation, for each record that a batch may hold."""

_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\(?:""")?|"(?!""))*+(?:""")?|"(?:[^"\\\n]|\\.)*+"?|#[^\n]*+|[-+.\w]++|[!$&():=@\[\]{|}]'
)
"""A token, or several that stand side by side: never more matches than tokens. A comment is one more."""

_GIVEN_UP = " tokens. Parsing aborted."


@dataclass(frozen=True, slots=True)
class Tokens:
    """How many there are: in all but the arguments of mutations, and in those."""

    document: int
    arguments: int


def parsed(text: str, limits: Limits | None) -> tuple[DocumentNode, Tokens]:
    """Raises GraphQLError, RecursionError and, over a limit, QueryTooComplex."""
    parser = _Parser(Source(text), limits)
    if limits is not None and _is_far_over(text, limits):
        parser.give_up_early()
    try:
        return parser.parse_document(), Tokens(parser.token_count, parser.argument_tokens)
    except GraphQLError as error:
        if limits is not None and error.message.endswith(_GIVEN_UP):
            raise _too_many(limits, in_arguments=parser.is_apart) from None
        raise


def refuse_tokens(tokens: Tokens, limits: Limits) -> None:
    """Raises QueryTooComplex."""
    if tokens.document > limits.max_tokens or tokens.arguments > most_argument_tokens(limits):
        raise _too_many(limits, in_arguments=tokens.document <= limits.max_tokens)


def _is_far_over(text: str, limits: Limits) -> bool:
    """Whether it has more tokens than there may be in all, which is known much sooner than by parsing that many."""
    most = limits.max_tokens + most_argument_tokens(limits)
    if len(text) <= most:
        return False
    return (
        next(islice((1 for found in _TOKEN.finditer(text) if text[found.start()] != "#"), most, None), None) is not None
    )


def _too_many(limits: Limits, *, in_arguments: bool) -> QueryTooComplex:
    if in_arguments:
        most, whose = most_argument_tokens(limits), "arguments of the mutations have"
    else:
        most, whose = limits.max_tokens, "document has"
    return QueryTooComplex(f"The {whose} more tokens than the {most:,} that are allowed. Send values in variables")


def most_argument_tokens(limits: Limits) -> int:
    return limits.max_tokens + TOKENS_OF_A_RECORD * limits.max_batch_size


class _Parser(Parser):
    """Counts the tokens of the arguments of mutations apart. No limits, no end."""

    def __init__(self, source: Source, limits: Limits | None) -> None:
        super().__init__(source, max_tokens=limits.max_tokens if limits else None)
        self.argument_tokens = 0
        self._most_argument_tokens = most_argument_tokens(limits) if limits else None
        self._writes = self.is_apart = False

    def give_up_early(self) -> None:
        """Of what will be refused, no more is parsed than says which limit it is over."""
        self._most_argument_tokens = self._max_tokens

    def parse_definition(self) -> DefinitionNode:
        self._writes = False
        return super().parse_definition()

    def parse_operation_type(self) -> OperationType:
        operation = super().parse_operation_type()
        self._writes = operation is OperationType.MUTATION
        return operation

    def parse_arguments(self, is_const: bool) -> tuple[ArgumentNode, ...] | None:
        if not self._writes or self.is_apart:
            return super().parse_arguments(is_const)
        self._swap()
        found = super().parse_arguments(is_const)
        self._swap()
        return found

    def _swap(self) -> None:
        self.is_apart = not self.is_apart
        self._token_counter, self.argument_tokens = self.argument_tokens, self._token_counter
        self._max_tokens, self._most_argument_tokens = self._most_argument_tokens, self._max_tokens
