"""What people asked for in Security Hub: judged anew, or accepted."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from ringfence.acceptances import Acceptance, acceptance
from ringfence.actions import Action, Deed
from ringfence.messages import FEW, SweepRequest
from ringfence.store import FindingsTable
from ringfence.transitions import Row


@dataclass(slots=True)
class Followed:
    """
    What actions led to: the places to be judged anew, by which requests.

    *accepted* are those that a waiver came of, *unexplained* those whose finding
    has no person's note, *refused* the others that nothing came of, and why.
    """

    sweeps: tuple[SweepRequest, ...] = ()
    accepted: dict[Action, Acceptance] = field(default_factory=dict)
    unexplained: list[Action] = field(default_factory=list)
    refused: dict[Action, str] = field(default_factory=dict)


def follow(actions: Iterable[Action], table: FindingsTable) -> Followed:
    """
    Do what *actions* ask for, of findings that are in *table*; again does no harm.

    What is not there is not ours, whatever its id says: anybody who may import
    findings can make one that looks like ours. Each place is swept once, however
    many findings were selected; the requests are the caller's to send.
    """
    done = Followed()
    touched: defaultdict[tuple[str, str], dict[Action, Row]] = defaultdict(dict)
    for action in actions:
        row = table.row(action.place, action.key)
        if row is None:
            done.refused[action] = "no finding in the table has this id"
        elif action.deed is Deed.RE_EVALUATE or _accepts(action, row, table, done):
            touched[action.account, action.region][action] = row
    done.sweeps = tuple(
        request
        for (account, region), rows in sorted(touched.items())
        for request in _sweeps(account, region, rows)
    )
    return done


def _accepts(action: Action, row: Row, table: FindingsTable, done: Followed) -> bool:
    """Accept the finding, and say whether it is to be judged anew."""
    if not row.is_open:
        return True
    if action.note is None or action.note.is_ours:
        done.unexplained.append(action)
        return False
    told = acceptance(row.finding, action.note, action.at, seen=action.severity)
    if isinstance(told, str):
        done.refused[action] = told
        return False
    table.acceptances.keep(action.place, told)
    done.accepted[action] = told
    return True


def _sweeps(account: str, region: str, rows: dict[Action, Row]) -> list[SweepRequest]:
    """
    Ask for one sweep of the place; the id says that people did.

    A request names at most `FEW` resources to look at, so more get a second sweep.
    """
    looks = sorted({row.finding.resource for row in rows.values()})
    ids = "\n".join(sorted(action.id for action in rows))
    digest = hashlib.sha256(ids.encode()).hexdigest()[:32]
    return [
        SweepRequest(
            sweep=f"asked-{digest}" + (f"-{start // FEW}" if start else ""),
            account=account,
            region=region,
            looks=tuple(looks[start : start + FEW]),
        )
        for start in range(0, len(looks), FEW)
    ]
