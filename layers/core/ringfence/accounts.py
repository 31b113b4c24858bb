"""Whose accounts are watched: Ringfence's own, listed ones, an organisation's."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

EVERYONE = "organization"

_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Accounts:
    """
    What the owner wants watched, beside Ringfence's *own* account.

    *listed* are accounts, *units* organisational units; with *everyone* it is all
    of the organisation.
    """

    own: str
    listed: frozenset[str] = frozenset()
    units: tuple[str, ...] = ()
    everyone: bool = False

    @classmethod
    def of(cls, own: str, wanted: Iterable[str]) -> Self:
        """Part *wanted*: account ids, units' ids, or `EVERYONE`."""
        others = set(wanted) - {own, EVERYONE}
        listed = frozenset(one for one in others if _ACCOUNT.fullmatch(one))
        return cls(own, listed, tuple(sorted(others - listed)), EVERYONE in wanted)

    @property
    def asks_organization(self) -> bool:
        """Whether only AWS Organizations knows which accounts they are."""
        return self.everyone or bool(self.units)

    def __contains__(self, account: object) -> bool:
        """
        Whether a message about *account* is for us.

        An organisation's accounts are not known here: then it is the account's
        own role that lets us in or does not.
        """
        return account == self.own or account in self.listed or self.asks_organization
