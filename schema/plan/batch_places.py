"""A fault of one record → the same of an element of a batch."""

import re

from schema.errors import BadUserInput

_FIELD = re.compile(r'ield "([^"]+)"')


def of_element(error: BadUserInput, index: int) -> BadUserInput:
    """The same of an element of a batch."""
    named = _FIELD.search(error.message)
    if named is None:
        place = f"[{index}]" if error.field is None else f"[{index}].{error.field}"
        return BadUserInput(f"{place}: {error.message}", index=index, field=error.field)
    message = f"{error.message[: named.start(1)]}[{index}].{error.message[named.start(1) :]}"
    return BadUserInput(message, index=index, field=named[1])
