"""JSON that a client sends as text, alone or where a list may stand."""

import json
from collections.abc import Sequence
from typing import Any

from schema.errors import BadUserInput
from schema.values.messages import did_you_mean, invalid, shown
from schema.values.text import json_value, optional_text, text

MOST_NAMED = 5  # keys, in a message


def parsed_json(value: str, field: str) -> Any:
    """The JSON value that the text holds, checked by ``json_value``."""
    try:
        parsed = json.loads(text(value, field))
    except RecursionError:
        raise invalid(field, "JSON is nested too deeply") from None
    except ValueError:  # JSONDecodeError, and integers of more digits than Python reads
        raise invalid(field, "not valid JSON") from None
    return json_value(parsed, field)


def json_list(value: Any, field: str) -> list[Any] | None:
    """A list, JSON text that holds one, or None; JSON text ``null`` is None too."""
    checked = parsed_json(value, field) if isinstance(value, str) else json_value(value, field)
    if checked is None or isinstance(checked, list):
        return checked
    raise invalid(field, "expected a list")


def text_parts(item: dict[str, Any], field: str, known: Sequence[str]) -> dict[str, str | None]:
    """The texts of an object that has no other keys than the known ones."""
    unknown = [shown(key) for key in item if key not in known]
    if unknown:
        keys = ", ".join(f'"{key}"' for key in unknown[:MOST_NAMED])
        places = ", ".join(f'"{field}.{key}"' for key in unknown[:MOST_NAMED])
        hint = did_you_mean(unknown[0], known) if len(unknown) == 1 else ""
        several = "s" if len(unknown) > 1 else ""
        raise BadUserInput(
            f"Unknown key{several} {keys} for field{several} {places}.{hint} It holds {', '.join(known)}"
        )
    return {key: optional_text(item[key], f"{field}.{key}") for key in known if key in item}
