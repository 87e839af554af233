"""Text as it is searched and looked for among duplicates: without regard to case, accents and forms of one character.

Compatibility forms are replaced (NFKD), the combining marks of Latin, Greek and Cyrillic letters dropped, and what is
left put together again (NFC), so that the marks of other scripts stay. It is PostgreSQL that folds, on both sides of a
comparison; what is plain ASCII only needs lower case, and is asked for that first, since folding is slow.
"""

from schema.values.words import MARKS, SIGMAS


def folded(text: str) -> str:
    """The SQL of a text, which is immutable, so that it can be indexed."""
    return f"CASE WHEN {is_ascii(text)} THEN lower({text}) ELSE {folded_beyond_ascii(text)} END"


def folded_beyond_ascii(text: str) -> str:
    """The same of what is not plain ASCII. A final sigma is a sigma."""
    final, sigma = SIGMAS
    plain = f"normalize(regexp_replace(normalize({text}, NFKD), '[{MARKS}]', '', 'g'), NFC)"
    return f"translate(lower({plain}), '{final}', '{sigma}')"


def is_ascii(text: str) -> str:
    """The condition that it is plain ASCII, in a database of UTF-8."""
    return f"octet_length({text}) = length({text})"


def sorted_text(text: str) -> str:
    """What `orderBy` sorts a text by: without regard to case, and bytewise, the same on every machine."""
    return f'lower({text}) COLLATE "C"'
