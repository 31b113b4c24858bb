"""What people accept in Security Hub: a waiver for one finding, for a month."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from ringfence.actions import Note
from ringfence.finding import Finding, Severity
from ringfence.policy import Policy, Waiver

LASTS = timedelta(days=30)
RECENT = timedelta(days=1)
SHORTEST = 8  # characters of a reason, as for waivers in the policy


class Acceptance(Waiver):
    """
    A waiver that a person gave in Security Hub.

    It covers the finding with *key*, as bad as it was then or milder: neither
    another port of the same instance nor what got worse since was accepted.
    """

    key: str
    severity: Severity
    accepted_at: AwareDatetime

    def covers(self, finding: Finding) -> bool:
        """Whether *finding* is the one, and no worse than it was."""
        return (
            (finding.key, (finding.account,), (finding.region,))
            == (self.key, self.account, self.region)
            and finding.severity.rank <= self.severity.rank
        )  # fmt: skip


def acceptance(
    finding: Finding, note: Note, at: datetime, *, seen: Severity
) -> Acceptance | str:
    """
    Accept *finding* at time *at* for the reason in *note*; else say why not.

    It is accepted as it was *seen*, should it have become worse on the way here.

    The event does not tell who chose the action. The note tells who gave a reason
    for it, if it was written for this: of an older one nobody knows.
    """
    if at - note.at > RECENT:
        return (
            f"the finding's note is from {note.at:%Y-%m-%d %H:%M} UTC, over a day old"
        )
    words = " ".join(note.text.split())
    if len(words) < SHORTEST:
        return (
            f"the finding's note is no reason: it has fewer than {SHORTEST} characters"
        )
    return Acceptance(
        check=(finding.check,),
        account=(finding.account,),
        region=(finding.region,),
        resource=(finding.resource,),
        reason=f"{words} (accepted in Security Hub on {at:%Y-%m-%d})",
        owner=note.by,
        expires=(at + LASTS).date(),
        key=finding.key,
        severity=min(seen, finding.severity, key=lambda one: one.rank),
        accepted_at=at,
    )


def with_accepted(policy: Policy, accepted: Iterable[Acceptance]) -> Policy:
    """Give *policy* with what was *accepted* besides; the owner's text stays."""
    return policy.model_copy(update={"waivers": (*policy.waivers, *accepted)})
