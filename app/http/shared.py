"""What the processes of one server share in memory. Where there is only one, it has them for itself."""

from dataclasses import dataclass

from app.http.ledger import Ledger
from app.http.read_after import Positions
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Shared:
    """`ledger` is of rate limits, `positions` of what was written; either may be left out."""

    ledger: Ledger | None = None
    positions: Positions | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Shared":
        """To be handed to processes as they are started."""
        if settings.workers == 1:
            return cls()
        return cls(
            Ledger.shared() if settings.limits_rates else None,
            Positions.shared() if settings.read_database_url else None,
        )
