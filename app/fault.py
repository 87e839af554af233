"""What keeps a command from its work and the operator can set right."""


class OperatorFault(Exception):
    """The message is one line for the operator; commands print it without a traceback and end with status 2."""
