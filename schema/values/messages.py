"""How a client's value is shown in an error message."""

from schema.errors import BadUserInput

_LONGEST = 100
_MOST_BITS = 10_000  # Python refuses to print integers of more than 4300 digits


def shown(value: object) -> str:
    """The value as text that any encoder takes, cut after 100 characters."""
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return "a number of thousands of digits"
    text = str(value)
    if len(text) > _LONGEST:
        text = text[:_LONGEST] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")


def invalid(field: str, reason: str) -> BadUserInput:
    """The error to raise for a field, such as ``Invalid value for field "name": text must not contain NUL``."""
    return BadUserInput(f'Invalid value for field "{field}": {reason}')
