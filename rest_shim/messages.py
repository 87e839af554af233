"""GraphQL's messages in REST's wording."""

import re

_VARIABLE = re.compile(r"Variable '\$\w+' has invalid value(?: at \.?(?P<path>[^:]+))?: (?P<reason>.*)", re.DOTALL)


def reworded(message: str) -> str:
    """GraphQL's message without GraphQL's words: it speaks of the field in the body, not of a variable.

    Quotation marks are single ones, as messages stand in JSON.
    """
    found = _VARIABLE.match(message)
    if found is None:
        return message.replace('"', "'")
    path, reason = found["path"], found["reason"].replace('"', "'")
    if reason.startswith("Field '"):
        return f"{path}: {reason}" if path else reason
    return f"Invalid value at {path}: {reason}" if path else f"Invalid value: {reason}"
