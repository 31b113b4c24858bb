"""How Ringfence fares with the accounts and Regions that it is to watch."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """
    Why a place cannot be entered: AWS's *code* and *message*, and where we failed.

    *step* is ``list`` (the organisation's accounts are not told), ``state`` (the
    account is not active), ``role`` (its role cannot be assumed; *role* is its ARN)
    or ``region`` (the Region answers nobody of the account).
    """

    step: Literal["list", "state", "role", "region"]
    code: str
    message: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One account and Region, or an account as a whole, as it met us.

    *region* is empty where it is about the account, *account* where it is about
    the organisation. *refusal* None: it can be read. *hub_code* is what Security
    Hub answered there: empty where it is enabled, None where it was not asked.
    *parked* is the code for which findings could not be imported since the sweep
    before; empty: they could.
    """

    account: str = ""
    region: str = ""
    refusal: Refusal | None = None
    hub_code: str | None = None
    parked: str = ""

    @property
    def place(self) -> str:
        """``<account>/<Region>``, the account alone, or ``organization``."""
        if not self.account:
            return "organization"
        return f"{self.account}/{self.region}" if self.region else self.account
