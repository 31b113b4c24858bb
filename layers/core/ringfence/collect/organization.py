"""Which accounts AWS Organizations knows, of all of it or of some units."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ringfence.accounts import Accounts
from ringfence.snapshot import MALFORMED

ACTIONS = (
    "organizations:ListAccounts",
    "organizations:ListAccountsForParent",
    "organizations:ListOrganizationalUnitsForParent",
)
_ACTIVE = "ACTIVE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """
    The accounts that are to be swept, Ringfence's own first.

    *inactive* are those that the organisation has suspended or is closing, with
    their state. *trouble* is why it does not tell all of them; empty: it does.
    """

    accounts: tuple[str, ...]
    inactive: tuple[tuple[str, str], ...] = ()
    trouble: str = ""


def roster_of(client: Any, watched: Accounts) -> Roster:
    """
    List the accounts of *watched*; *client* is asked only where it has to be.

    Organizations answers the management account and delegated administrators
    only. Where it does not, what is listed by id is swept all the same.
    """
    states: dict[str, str] = {}
    trouble = ""
    try:
        for account in _listed(client, watched):
            # `Status` is what `State` was called before September 2026.
            # https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html
            states[account["Id"]] = account.get("State") or account["Status"]
    except ClientError as error:
        trouble = error.response.get("Error", {}).get("Code", "Unknown")
    except BotoCoreError as error:
        trouble = type(error).__name__
    except (AttributeError, LookupError, TypeError):  # no account as we know them
        trouble = MALFORMED
    active = {account for account, state in states.items() if state == _ACTIVE}
    others = (active | watched.listed) - {watched.own}
    return Roster(
        accounts=(watched.own, *sorted(others)),
        inactive=tuple(
            (account, state)
            for account, state in sorted(states.items())
            if account not in {*others, watched.own}
        ),
        trouble=trouble,
    )


def _listed(client: Any, watched: Accounts) -> Iterator[dict[str, Any]]:
    if watched.everyone:
        for page in client.get_paginator("list_accounts").paginate():
            yield from page["Accounts"]
        return
    waiting, seen = list(watched.units), set(watched.units)
    while waiting:
        parent = {"ParentId": waiting.pop()}
        for page in client.get_paginator("list_accounts_for_parent").paginate(**parent):
            yield from page["Accounts"]
        inner = client.get_paginator("list_organizational_units_for_parent")
        for page in inner.paginate(**parent):
            new = {unit["Id"] for unit in page["OrganizationalUnits"]} - seen
            waiting += sorted(new)
            seen |= new
