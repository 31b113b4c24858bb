"""What is worth telling people, and how much of it one message holds."""

import pytest

from ringfence.alerts import ITEMS, Digest, alert_of, digest, merged
from ringfence.changes import Cause
from ringfence.finding import Severity
from ringfence.transitions import Row, Transition
from tests.render.samples import (
    CHANGE,
    NOON,
    SWEEP,
    a_closed_row,
    a_finding,
    a_row,
    an_alert,
    an_exposure,
)


def told(*rows: Row) -> Digest:
    """The digest of rows that have something to tell."""
    result = digest(rows)
    assert result is not None
    return result


def is_told(cause: Cause, *rows: Row) -> bool:
    """Whether *rows* lead to an alert."""
    alert = alert_of(told(*rows), cause=cause, at=NOON)
    return alert is not None


def ports(number: int, severity: Severity = Severity.HIGH) -> list[Row]:
    """As many findings, of one severity."""
    return [
        a_row(a_finding(discriminator=f"tcp-{port}", severity=severity))
        for port in range(number)
    ]


def test_refreshes_tell_nothing() -> None:
    """A row that was only refreshed or reworded is no news."""
    assert digest([a_row(transition=None)]) is None


def test_counts_cover_every_transition() -> None:
    """Counts are by kind and label, also of what is not listed."""
    summary = told(*ports(30), *ports(2, Severity.LOW), a_closed_row())

    assert {
        "opened": {"HIGH": 30, "LOW": 2},
        "closed": {"CRITICAL": 1},
    } == summary.counts
    assert ITEMS == len(summary.items)


def test_news_come_before_closings_and_the_worst_first() -> None:
    """Many closings cannot hide one opening."""
    closed = [a_closed_row(a_finding(discriminator=str(n))) for n in range(40)]
    summary = told(*closed, *ports(1, Severity.LOW), *ports(1, Severity.MEDIUM))

    assert [Severity.MEDIUM] == [
        item.finding.severity
        for item in summary.items
        if item.transition == Transition.OPENED
    ][:1]
    assert Transition.OPENED == summary.items[0].transition


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (a_row(a_finding(severity=Severity.MEDIUM)), True),
        (a_row(a_finding(severity=Severity.LOW)), False),
        (a_row(a_finding(severity=Severity.INFORMATIONAL)), False),
        (a_closed_row(), True),
        (a_closed_row(a_finding(severity=Severity.LOW)), False),
        (
            a_row(a_finding(severity=Severity.LOW), transition=Transition.DE_ESCALATED),
            True,
        ),
    ],
)
def test_a_change_interrupts_people_for_what_matters(row: Row, expected: bool) -> None:  # noqa: FBT001
    """LOW and INFORMATIONAL news alone are no reason for a message."""
    assert expected is is_told(CHANGE, row)


def test_a_sweeps_digest_tells_everything() -> None:
    """A digest comes anyway, so that nothing is too small for it."""
    assert is_told(SWEEP, a_row(a_finding(severity=Severity.LOW)))


def test_an_alerts_id_follows_from_what_it_tells() -> None:
    """The same transitions in any order make the same alert, others another."""
    one, two = ports(2)
    other = one.model_copy(update={"version": 2})

    assert an_alert(one, two).id == an_alert(two, one).id
    assert an_alert(one, two).id != an_alert(other, two).id


def test_merging_adds_up() -> None:
    """Several digests merge into the digest of all their rows."""
    rows = ports(60)
    parts = [told(*rows[:20]), told(*rows[20:])]

    assert {"opened": {"HIGH": 60}} == merged(parts).counts
    assert told(*rows).items == merged(parts).items


def test_a_digest_that_is_given_twice_counts_once() -> None:
    """A row of the outbox that is read twice is told once."""
    part = told(*ports(3))

    assert {"opened": {"HIGH": 3}} == merged([part, part]).counts


def test_an_item_holds_evidence_for_a_reader_not_for_a_machine() -> None:
    """Twenty-five items of any evidence fit one row of the outbox."""
    evidence = {"exposures": [an_exposure(sources=["192.0.2.0/24"] * 900)] * 20}
    rows = [
        a_row(a_finding(discriminator=str(n), evidence=evidence)) for n in range(ITEMS)
    ]
    summary = told(*rows)

    assert ITEMS == len(summary.items)
    assert len(summary.model_dump_json()) < 250_000
    assert summary.items[0].finding.evidence["exposures"]


def test_hundreds_of_changes_are_counted_not_listed() -> None:
    """An alert names the changes nearest to it and counts the others."""
    change = CHANGE.changes[0]
    changes = tuple(
        change.model_copy(
            update={"event_id": str(n), "what": ("x" * 300,) * 50, "undo": ("y" * 90,)}
        )
        for n in range(200)
    )
    alert = an_alert(cause=CHANGE.model_copy(update={"changes": changes}))

    assert (ITEMS, 175) == (len(alert.cause.changes), alert.changes_left_out)
    assert len(alert.model_dump_json()) < 350_000
    assert "and 44 more" == alert.cause.changes[0].what[-1]


def test_every_check_and_product_is_named() -> None:
    """A filter policy also sees what is not listed."""
    rows = [
        *ports(40, Severity.CRITICAL),
        a_row(a_finding(check="AMI-001", product="jira", severity=Severity.LOW)),
    ]
    alert = an_alert(*rows)

    assert (("AMI-001", "EXP-001"), ("bitbucket", "jira")) == (
        alert.checks,
        alert.products,
    )
