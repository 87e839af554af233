"""EMAILS: addresses in the one form in which they are stored and compared."""

from typing import Any

from schema.values.json_text import json_list
from schema.values.messages import invalid
from schema.values.text import text


def email(value: str, field: str) -> str:
    """The address trimmed and lower-cased."""
    return text(value, field).strip().lower()


def additional_emails(value: Any, field: str) -> list[str] | None:
    """A list of addresses, or JSON text that holds one."""
    items = json_list(value, field)
    if items is None:
        return None
    if not all(isinstance(item, str) for item in items):
        raise invalid(field, "expected a list of e-mail addresses")
    return [email(item, field) for item in items]
