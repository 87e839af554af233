"""PHONES: national number, country and calling code, as libphonenumber understands them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import phonenumbers

from schema.errors import BadUserInput
from schema.values.json_text import json_list, text_parts
from schema.values.messages import as_json, invalid
from schema.values.text import text

PRIMARY = ("primaryPhoneNumber", "primaryPhoneCountryCode", "primaryPhoneCallingCode")
ADDITIONAL = ("number", "countryCode", "callingCode")
_MOST_DIGITS = 3  # of a calling code
_SINGLE = 1  # of the regions of a calling code, where they leave no doubt


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as it is stored. `country` is empty where the calling code has several and none is sure."""

    number: str
    country: str
    calling_code: str


def phones(given: Mapping[str, Any], field: str) -> Mapping[str, Any]:
    """The parts of a composite, the primary number parsed with what is given beside it."""
    return {**given, **_parsed(given, PRIMARY, field)}


def lacking(given: Mapping[str, Any], field: str) -> tuple[str, ...]:
    """The parts without which the primary number that is given, or to be, cannot be understood; without any none."""
    number, *about = PRIMARY
    if number not in given:
        return (number,) if any(given.get(part) for part in about) else ()
    if not given[number] or not str(given[number]).strip():
        return ()
    understood = {**given, **_parsed(given, PRIMARY, field)}
    return tuple(part for part in about if part not in understood)


def beside(given: Mapping[str, Any], stored: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parts that are given, with the stored ones. A country of another calling code does not stay, nor does it."""
    _, country, code = PRIMARY
    parts = {**stored, **given}
    for changed, other in ((country, code), (code, country)):
        if given.get(changed) and other not in given and not _belong_together(parts[country], parts[code]):
            parts[other] = ""
    return parts


def _belong_together(country: Any, code: Any) -> bool:
    return str(country).strip().upper() in _regions(str(code).strip().removeprefix("+"))


def additional_phones(value: Any, field: str) -> list[dict[str, Any]] | None:
    """A list of objects or of numbers as text, every one as an object, or JSON text that holds such a list."""
    items = json_list(value, field)
    return None if items is None else [_additional(item, f"{field}[{n}]", field) for n, item in enumerate(items)]


def _additional(item: Any, place: str, field: str) -> dict[str, Any]:
    if isinstance(item, str):
        item = {"number": item}
    if not isinstance(item, dict):
        raise invalid(field, f"expected a list of objects with {', '.join(ADDITIONAL)}")
    given = text_parts(item, place, ADDITIONAL)
    found = {**given, **_parsed(given, ADDITIONAL, place)}
    return {key: found.get(key) or "" for key in ADDITIONAL}


def _parsed(given: Mapping[str, Any], keys: tuple[str, str, str], field: str) -> dict[str, str]:
    """The parts that parsing changes. Raises BadUserInput for a country or calling code that there is not."""
    number_key, country_key, code_key = keys
    changed = {}
    country, code = given.get(country_key), given.get(code_key)
    if isinstance(country, str):
        changed[country_key] = country = _country(text(country, f"{field}.{country_key}"), f"{field}.{country_key}")
    if isinstance(code, str):
        changed[code_key] = code = _calling_code(text(code, f"{field}.{code_key}"), f"{field}.{code_key}")
    number = given.get(number_key)
    if isinstance(number, str) and (phone := parse(number, country or "", code or "")):
        changed |= {number_key: phone.number, country_key: phone.country, code_key: phone.calling_code}
    return changed


@lru_cache(maxsize=4096)
def parse(number: str, country: str = "", calling_code: str = "") -> Phone | None:
    """The number with its `+`, or that of the country, or that of the calling code; None where it is none of these."""
    region = country or _main_region(calling_code)
    try:
        found = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if found.extension or not found.country_code or not phonenumbers.is_possible_number(found):
        return None
    return Phone(phonenumbers.national_significant_number(found), _region(found, country), f"+{found.country_code}")


def _main_region(calling_code: str) -> str | None:
    return next(iter(_regions(calling_code.removeprefix("+"))), None)


def _region(found: phonenumbers.PhoneNumber, given: str) -> str:
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE[found.country_code or 0]
    sure = phonenumbers.region_code_for_number(found)
    if sure is None and given in regions:
        sure = given
    if sure is None and len(regions) == _SINGLE:
        sure = regions[0]
    return sure if sure in phonenumbers.SUPPORTED_REGIONS else ""


def _country(given: str, field: str) -> str:
    code = given.strip().upper()
    if code and code not in phonenumbers.SUPPORTED_REGIONS:
        raise BadUserInput(f'Invalid value for field "{field}": {as_json(given)} is not the code of a country')
    return code


def _calling_code(given: str, field: str) -> str:
    digits = given.strip().removeprefix("+")
    if digits and not _regions(digits):
        raise BadUserInput(f'Invalid value for field "{field}": {as_json(given)} is not a calling code')
    return f"+{digits.lstrip('0')}" if digits else ""


def _regions(digits: str) -> tuple[str, ...]:
    """Those of a calling code, the main one first; none where it is no calling code, however long it is."""
    shortened = digits.lstrip("0")
    if not digits.isascii() or not digits.isdigit() or len(shortened) > _MOST_DIGITS or not shortened:
        return ()
    return phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(shortened), ())
