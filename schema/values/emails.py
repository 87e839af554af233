"""EMAILS: addresses in the one form in which they are stored and compared."""

from collections.abc import Mapping
from typing import Any

from schema.values.json_text import json_list
from schema.values.messages import invalid
from schema.values.text import optional_text, text


def email(value: str, field: str) -> str:
    """The address trimmed and lower-cased."""
    return text(value, field).strip().lower()


def emails(value: Mapping[str, Any], field: str) -> dict[str, Any]:
    """The composite with ``primaryEmail`` and ``additionalEmails`` normalised; absent keys stay absent."""
    result = dict(value)
    if "primaryEmail" in result:
        primary = optional_text(result["primaryEmail"], f"{field}.primaryEmail")
        result["primaryEmail"] = None if primary is None else email(primary, f"{field}.primaryEmail")
    if "additionalEmails" in result:
        result["additionalEmails"] = _additional(result["additionalEmails"], f"{field}.additionalEmails")
    return result


def _additional(value: Any, field: str) -> list[str] | None:
    items = json_list(value, field)
    if items is None:
        return None
    if not all(isinstance(item, str) for item in items):
        raise invalid(field, "expected a list of e-mail addresses")
    return [email(item, field) for item in items]
