"""The names of query parameters: which are read, which are ignored, and which are refused with a better one.

A client that pages, filters, sorts or selects by a name of another API must hear of it, or it would loop on page one;
any other unknown name is ignored where a request only reads, as Twenty does, and the answer says so.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from schema.errors import BadUserInput
from schema.values.messages import shown
from schema.values.nearness import nearest

FIELDS = "fields"
"""The parameter that may be repeated, and is not to be empty."""

IGNORED_HEADER = "X-Ignored-Parameters"

# Names of other APIs, and ours for the same thing.
OURS: Mapping[str, str] = {
    "after": "starting_after",
    "before": "ending_before",
    "first": "limit",
    "last": "limit and ending_before",
    "cursor": "starting_after",
    "page": "offset and limit",
    "where": "filter",
    "order": "order_by",
    "sort": "order_by",
    "select": FIELDS,
    "include": f"{FIELDS} or depth",
}
_MOST_SHOWN = 20  # ignored names in a header


@dataclass(frozen=True, slots=True)
class Given:
    """The texts of the parameters of a request by name, and the names of those that are not looked at."""

    texts: dict[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says of ignored parameters; a name that no header can hold is shown as far as one can."""
        if not self.ignored:
            return {}
        names = (shown(name).encode("ascii", "replace").decode() for name in self.ignored[:_MOST_SHOWN])
        return {IGNORED_HEADER: ", ".join("".join(c if c.isprintable() else "?" for c in name) for name in names)}


def collect(given: Iterable[tuple[str, str]], known: Collection[str], *, strict: bool) -> Given:
    """The parameters that were given; one that is empty counts as not given.

    Raises BadUserInput for one that comes twice, and for a name that is not `known`: where it stands for one of ours or
    is near one, and where `strict`, any.
    """
    texts: dict[str, str] = {}
    ignored: dict[str, None] = {}
    for name, text in map(_as_meant, given):
        if name not in known:
            _refuse_misunderstood(name, known, strict=strict)
            ignored[name] = None
        elif name not in texts:
            texts[name] = text
        elif name == FIELDS:
            texts[name] += f",{text}"
        else:
            raise BadUserInput(f"Query parameter '{name}' is given more than once")
    return Given({name: text for name, text in texts.items() if text or name == FIELDS}, tuple(ignored))


def is_strict(prefer: Iterable[str]) -> bool:
    """Whether a `Prefer` header says `handling=strict` (RFC 7240)."""
    return "handling=strict" in preferences(prefer)


def preferences(prefer: Iterable[str]) -> set[str]:
    return {preference.replace(" ", "").lower() for header in prefer for preference in header.split(",")}


def _as_meant(parameter: tuple[str, str]) -> tuple[str, str]:
    """`limit:3`, which Twenty's Zapier app writes, is `limit=3`."""
    name, text = parameter
    meant, colon, number = name.partition(":")
    return (meant, number) if colon and meant == "limit" and not text else parameter


def _refuse_misunderstood(name: str, known: Collection[str], *, strict: bool) -> None:
    ours = OURS.get(name.lower())
    if ours:
        usable = all(word in known for word in ours.split()[::2])
        hint = f" Use {ours}." if usable else _list(known)
    else:
        near = nearest(name, known)
        hint = f" Did you mean '{near}'?" if near else ""
    if ours or hint or strict:
        raise BadUserInput(f"Unknown query parameter '{shown(name)}'.{hint or _list(known)}")


def _list(known: Collection[str]) -> str:
    return f" Known here: {', '.join(known)}." if known else " None is known here."
