"""The grammar of filters: what each text parses to, what is refused with which words, and that rendering is inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rest_shim import filter_syntax
from rest_shim.filter_syntax import DEEPEST, Condition, Conjunction, Predicate, parse, render
from schema.errors import BadUserInput


def plain(condition: Condition) -> Condition:
    """Without how it was written."""
    if isinstance(condition, Predicate):
        return Predicate(condition.path, condition.comparator, condition.value)
    return Conjunction(condition.connective, tuple(map(plain, condition.items)))


def p(path: str, comparator: str, value: str | tuple[str, ...]) -> Predicate:
    return Predicate(path, comparator, value)


def c(connective: str, *items: Condition) -> Conjunction:
    return Conjunction(connective, items)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("name[eq]:Acme", p("name", "eq", "Acme")),
        ('name[eq]:"Acme"', p("name", "eq", "Acme")),
        ("name[eq]:'Acme'", p("name", "eq", "Acme")),
        ('name[eq]:""', p("name", "eq", "")),
        ('name[eq]:"a,b"', p("name", "eq", "a,b")),
        ('name[eq]:"it\'s, ok"', p("name", "eq", "it's, ok")),
        ("name.firstName[eq]:Ada", p("name.firstName", "eq", "Ada")),
        ("noteId[eq]:1,orderNumber[eq]:2", c("and", p("noteId", "eq", "1"), p("orderNumber", "eq", "2"))),
        ("name[eq]:a:b[c]", p("name", "eq", "a:b[c]")),
        ("createdAt[gte]:2024-01-01T00:00:00.000Z", p("createdAt", "gte", "2024-01-01T00:00:00.000Z")),
        # What era A's scanner made of these was an accident.
        ("name[eq]:it's,city[eq]:x", c("and", p("name", "eq", "it's"), p("city", "eq", "x"))),
        ('name[in]:["a,b","c"]', p("name", "in", ("a,b", "c"))),
        ("name[in]:[]", p("name", "in", ())),
        (
            "or(a[eq]:1,b[eq]:2),c[eq]:3",
            c("and", c("or", p("a", "eq", "1"), p("b", "eq", "2")), p("c", "eq", "3")),
        ),
        ('name[ilike]:"%(x)%",city[eq]:y', c("and", p("name", "ilike", "%(x)%"), p("city", "eq", "y"))),
        (r'say[eq]:x,b[eq]:"say \"hi\""', c("and", p("say", "eq", "x"), p("b", "eq", 'say "hi"'))),
        # Escapes
        (r'a[like]:"100\%"', p("a", "like", r"100\%")),
        (r'a[eq]:"\\"', p("a", "eq", "\\")),
        (r"a[eq]:'it\'s'", p("a", "eq", "it's")),
        (r"a[eq]:x\,y\)", p("a", "eq", "x,y)")),
        (r"a[eq]:C:\temp", p("a", "eq", r"C:\temp")),
        ("a[eq]:x\\", p("a", "eq", "x\\")),
        # Brackets in bare values
        ("a[ilike]:%(x, (y))% z ,b[eq]:1", c("and", p("a", "ilike", "%(x, (y))% z"), p("b", "eq", "1"))),
        ("a[in]:[(a, b) c,[d,e]]", p("a", "in", ("(a, b) c", "[d,e]"))),
        ("a[eq]:[x]y", p("a", "eq", "[x]y")),
        ("a[eq]:rock 'n' roll", p("a", "eq", "rock 'n' roll")),
        ('a[eq]:x "y,z"', None),
        # White space
        (
            " and ( a [ eq ] : 1 , not( b[is]:NULL ) )\n",
            c("and", p("a", "eq", "1"), c("not", p("b", "is", "NULL"))),
        ),
        ("a[in]:[ 1 , '2' ] , b[eq]:3", c("and", p("a", "in", ("1", "2")), p("b", "eq", "3"))),
        ("and(a[eq]:1)", c("and", p("a", "eq", "1"))),
        ("and[eq]:1", p("and", "eq", "1")),
        ("a[eq]:ü🦉", p("a", "eq", "ü🦉")),
    ],
)
def test_parses(text: str, tree: Condition | None) -> None:
    if tree is not None:
        assert plain(parse(text)) == tree
        return
    with pytest.raises(BadUserInput):
        parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("and(a[eq]:1", "'filter' invalid. 1 close bracket is missing in the query"),
        ("a[eq]:1))", "'filter' invalid. 2 open brackets are missing in the query"),
        ("price", "'filter' invalid for 'price'. eg: price[gte]:10"),
        ("price[gte]10", "'filter' invalid for 'price[gte]10'. eg: price[gte]:10"),
        ("a[eq]:1,price[gte]:", "'filter' invalid for 'price[gte]:'. eg: price[gte]:10"),
        ("or(a[eq]:1,price[]:1)", "'filter' invalid for 'price[]:1'. eg: price[gte]:10"),
        ('a[eq]:"x', "'filter' invalid for 'a[eq]:\"x'. eg: price[gte]:10"),
        ("and()", "'filter' invalid for ''. eg: price[gte]:10"),
        ("a[eq]:1,", "'filter' invalid for ''. eg: price[gte]:10"),
        ("and(a[eq]:1)b", "'filter' invalid for 'b'. eg: price[gte]:10"),
        (
            "not(a[eq]:1,b[eq]:2)",
            "'filter' invalid. 'not' conjunction should contain only 1 condition. eg: not(field[eq]:1)",
        ),
        ("AND(a[eq]:1)", "'filter' invalid for 'AND'. eg: price[gte]:10"),
        (
            "not(" * 51 + "a[eq]:1" + ")" * 51,
            f"'filter' invalid. It is nested deeper than {DEEPEST} levels",
        ),
    ],
)
def test_refuses(text: str, message: str) -> None:
    with pytest.raises(BadUserInput) as caught:
        parse(text)
    assert caught.value.message == message


def test_nests_as_deep_as_is_said() -> None:
    assert parse("not(" * DEEPEST + "a[eq]:1" + ")" * DEEPEST)


def test_remembers_how_it_was_written() -> None:
    found = parse('a[eq]:1, name [in] : [ "x" ] ')
    assert isinstance(found, Conjunction)
    predicate = found.items[1]
    assert isinstance(predicate, Predicate)
    assert (predicate.source, predicate.written) == ('name [in] : [ "x" ]', '[ "x" ]')


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,8}(\.[A-Za-z]{1,6})?", fullmatch=True)
PREDICATES = st.builds(Predicate, NAMES, NAMES, st.text() | st.lists(st.text(), max_size=4).map(tuple))
TREES = st.recursive(
    PREDICATES,
    lambda trees: (
        st.builds(Conjunction, st.sampled_from(["and", "or"]), st.lists(trees, min_size=1, max_size=4).map(tuple))
        | st.builds(Conjunction, st.just("not"), trees.map(lambda tree: (tree,)))
    ),
    max_leaves=12,
)


@given(TREES)
def test_what_is_rendered_parses_to_the_same(tree: Condition) -> None:
    assert plain(parse(render(tree))) == tree


@given(st.text(alphabet=st.sampled_from([*"andort()[]:,.\"'\\ \n%é\x00ab1"]), max_size=60))
def test_nothing_but_a_fault_of_the_caller(text: str) -> None:
    """Whatever parses renders to what parses to the same; all else is refused in words."""
    try:
        tree = plain(parse(text))
    except BadUserInput as error:
        if not error.message.startswith("'filter' invalid"):
            raise
    else:
        assert plain(parse(render(tree))) == tree


SIGNS = [
    *"ab.[]:, and(not)\t1Zé+-_\n\u00a0\u2003\x1c\u200b\"'\\",
    "a[eq]:1",
    "name.first[like]:%x",
    "and",
    "]:",
    "[eq]:",
]


@given(st.lists(st.sampled_from(SIGNS), min_size=1, max_size=8).map("".join))
def test_what_is_read_at_once_is_read_as_by_the_whole_grammar(text: str) -> None:
    found = filter_syntax._plain(text)
    if found is not None:
        assert found == filter_syntax._parsed(text)


@pytest.mark.parametrize(
    "text", ["a[eq]:1", " a.b[gte]: x ,c[is]:NULL", "createdAt[gt]:2025-01-01T00:00:00+02:00", "a[like]:%x%,b[eq]:é"]
)
def test_plain_filters_are_read_at_once(text: str) -> None:
    assert filter_syntax._plain(text) == filter_syntax._parsed(text)
