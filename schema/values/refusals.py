"""Why a write of keys, members or webhooks is refused, whoever may write their objects."""

from enum import Enum


class Refusal(Enum):
    """The message of each. Constraints of the table `refusal` are named by them."""

    GONE = "This API Key is revoked or has expired"
    OTHERS = "Only admins manage the API keys and members of others"
    REVOKED = "A revoked API key stays revoked: its revokedAt cannot be cleared or set later, nor can it be restored"
    LONGER = "An API key cannot give a key a life beyond its own end"
    STRONGER = "An API key cannot make or change a key that may do more than itself"
    TELLING = "A webhook cannot tell of objects that the API key which writes it may not read"

    @property
    def constraint(self) -> str:
        return f"ck_refusal_{self.name.lower()}"
