"""The words of a text, as search sees them: folded, cut at every sign, and scripts without spaces in pairs.

Chinese, Japanese, Korean, Thai and their like are written without spaces, or with endings that stick to words, so each
run of them is overlapping pairs of characters: what is looked for in its middle is found. PostgreSQL makes the same of
what is stored (`schema/declare/searching.py`), by the same classes of characters, which both write alike.
"""

import re
from dataclasses import dataclass
from unicodedata import normalize

from schema.values.hosts import ascii_host, unicode_host
from schema.values.keys import link_key
from schema.values.phones import parse

MARKS = r"\u0300-\u036F"
UNSPACED = (
    r"\u0E00-\u0EFF\u1000-\u109F\u1780-\u17FF\u3005\u3007\u3041-\u309F\u30A1-\u30FA\u30FC-\u30FF"
    r"\u3400-\u4DBF\u4E00-\u9FFF\uA9E0-\uA9FF\uAA60-\uAA7F\uAC00-\uD7A3\uF900-\uFAFF\U00020000-\U0003FFFF"
)
SIGNS = (
    r"\u00A0-\u00A9\u00AB-\u00B1\u00B4\u00B6-\u00B8\u00BB\u00BF\u00D7\u00F7\u055A-\u055F\u0589\u05BE\u05C0\u05C3"
    r"\u05F3\u05F4\u060C\u061B\u061F\u066A-\u066D\u06D4\u0964\u0965\u2000-\u206F\u20A0-\u20CF\u2190-\u2BFF\u3000-\u3004"
    r"\u3008-\u3020\u3030\u303D\u30A0\u30FB\uFE00-\uFE0F\uFE30-\uFE4F\U0001F000-\U0001FAFF"
)
ASCII_SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
SIGMAS = ("ς", "σ")

LONGEST = 200  # characters of a word that count
FEWEST_DIGITS = 7  # of a phone
LONGEST_ENDING = 3  # letters of the last label of a host

_MARKS = re.compile(f"[{MARKS}]")
_SIGNS = re.compile(f"[{SIGNS}{re.escape(ASCII_SIGNS)}\\s]+")
_RUNS = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_UNSPACED = re.compile(f"[{UNSPACED}]")
_PHONE = re.compile(r"\+?[0-9\s().\-/]+")


@dataclass(frozen=True, slots=True)
class Parts:
    """Words that stand one after the other, `in_order`, or somewhere. The last may go on, where it `begins` a word."""

    words: tuple[str, ...]
    in_order: bool = True
    begins: bool = True


Word = tuple[Parts, ...]
"""What a person types between spaces: any of these."""


def folded(text: str) -> str:
    """Without accents and case."""
    if text.isascii():
        return text.lower()
    plain = normalize("NFC", _MARKS.sub("", normalize("NFKD", text)))
    return "".join([character.lower() for character in plain]).replace(*SIGMAS)


def searched_words(given: str) -> tuple[Word, ...]:
    """The words to look for, each once; a phone is one, however it is spaced."""
    phone = _phone(given)
    words = [word for typed in given.split() if (word := _word(typed[:LONGEST]))]
    if phone and words:
        spaced = tuple(part for word in words for part in word[0].words)
        return ((*phone, Parts(spaced, in_order=len(words) == 1)),)
    return tuple(dict.fromkeys(words))


def _phone(given: str) -> Word:
    """The digits of what looks like a phone, as they are stored."""
    digits = "".join(filter(str.isdigit, given))
    if not _PHONE.fullmatch(given.strip()) or len(digits) < FEWEST_DIGITS:
        return ()
    found = parse(given.strip()) if given.strip().startswith("+") else None
    spelt = (f"{found.calling_code[1:]}{found.number}",) if found else (digits, digits.lstrip("0"))
    return tuple(Parts((one,)) for one in dict.fromkeys(spelt) if one)


def _word(typed: str) -> Word:
    """A host may be typed in Unicode or punycode, whatever is stored."""
    plain = typed.lower().removeprefix("mailto:")
    if "://" in plain or plain.startswith("www."):
        plain = link_key(plain)
    local, at, host = plain.rpartition("@")
    hosts = dict.fromkeys((host, ascii_host(host), unicode_host(host)) if "." in host else (host,))
    spelt = [f"{local}{at}{host}" for host in hosts]
    return tuple(dict.fromkeys(parts for one in spelt if (parts := _parts(one))))


def _parts(word: str) -> Parts | None:
    plain = [part for part in _SIGNS.split(folded(word)) if part]
    words = [piece for part in plain for run in _RUNS.findall(part) for piece in _pieces(run)]
    if not words:
        return None
    in_order = not _UNSPACED.search("".join(words))
    ending = word.rpartition(".")[2]
    ends_host = len(words) > 1 and len(ending) <= LONGEST_ENDING and folded(ending) == words[-1]
    return Parts(tuple(words if in_order else dict.fromkeys(words)), in_order, begins=not ends_host)


def _pieces(run: str) -> list[str]:
    """The overlapping pairs of a run without spaces, or the word itself."""
    if not _UNSPACED.match(run) or len(run) == 1:
        return [run]
    return [run[n : n + 2] for n in range(len(run) - 1)]
