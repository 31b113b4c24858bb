"""Accounts and Regions themselves, as the list of what is watched has them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Departure:
    """
    An account and Region that is to be swept no longer, since *left_at*.

    Its findings are closed by the first sweep after *closes_at*.
    """

    account: str
    region: str
    left_at: datetime
    closes_at: datetime
