"""What of a record is searched → its search vector, in words as `schema/values/words.py` reads the input.

PostgreSQL's own reading of words splits addresses, hosts and paths in ways of its own, and takes the square of the
length of some texts. So the signs that make them become spaces before it reads. That is done by a function of the
database, since a generated column would hold its text again at each place where it is used.
"""

from collections.abc import Iterable

from schema.declare.folding import folded_beyond_ascii, is_ascii
from schema.values.words import SIGNS, UNSPACED

FUNCTION = "search_words"
_COMPOUNDS = "/.@-_<&+"
"""The signs of ASCII of which PostgreSQL makes more than a space between words."""


def search_vector(texts: Iterable[str]) -> str:
    """The words of some texts, none of which is NULL."""
    document = " || ' ' || ".join(texts)
    return f"{FUNCTION}({document})"


def search_function() -> str:
    """What creates the function."""
    words = f"translate(given, '{_COMPOUNDS}', '{' ' * len(_COMPOUNDS)}')"
    # Runs without spaces become pairs: those that begin at their first character, and those at their second.
    rest = f"regexp_replace(given, '^[{UNSPACED}]|[^{UNSPACED}]+[{UNSPACED}]?', ' ', 'g')"
    return (
        f"CREATE FUNCTION {FUNCTION}(given text) RETURNS tsvector"
        " LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$\n"
        "BEGIN\n"
        f"  IF {is_ascii('given')} THEN\n"
        f"    RETURN to_tsvector('simple'::regconfig, {words});\n"
        "  END IF;\n"
        f"  given := regexp_replace({folded_beyond_ascii('given')}, '[{SIGNS}]', ' ', 'g');\n"
        f"  given := {words};\n"
        f"  IF given ~ '[{UNSPACED}]' THEN\n"
        f"    given := {_pairs('given')} || ' ' || {_pairs(rest)};\n"
        "  END IF;\n"
        "  RETURN to_tsvector('simple'::regconfig, given);\n"
        "END $$"
    )


def _pairs(text: str) -> str:
    return f"regexp_replace({text}, '[{UNSPACED}][{UNSPACED}]?', ' \\& ', 'g')"
