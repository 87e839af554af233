"""GraphQL's messages in REST's wording."""

import re

_VARIABLE = re.compile(r"Variable '\$\w+' has invalid value(?: at \.?(?P<path>[^:]+))?: (?P<reason>.*)", re.DOTALL)

_OF_A_VALUE = re.compile(r'[\w\[\]., ]+: "')  # `[1].emails.primaryEmail: "a@b.c" is already used`


def reworded(message: str) -> str:
    """GraphQL's message without GraphQL's words: it speaks of the field in the body, not of a variable.

    Names stand in single quotation marks, as messages stand in JSON; values after the name of their field are JSON.
    """
    if _OF_A_VALUE.match(message):
        return message
    found = _VARIABLE.match(message)
    if found is None:
        return message.replace('"', "'")
    path, reason = found["path"], found["reason"].replace('"', "'")
    if reason.startswith("Field '"):
        return f"{path}: {reason}" if path else reason
    return f"Invalid value at {path}: {reason}" if path else f"Invalid value: {reason}"
