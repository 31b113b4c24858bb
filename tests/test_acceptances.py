"""What an acceptance covers, and what it takes to give one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ringfence.acceptances import Acceptance, acceptance, with_accepted
from ringfence.actions import Note
from ringfence.estate import Estate
from ringfence.evaluate import evaluate
from ringfence.finding import Severity
from ringfence.policy import Policy
from tests.build import an_inventory
from tests.render.samples import NOON, a_finding


def a_note(**fields: Any) -> Note:
    told = {"Text": "Until the move, NET-42", "UpdatedBy": "alice", "UpdatedAt": NOON}
    return Note.model_validate(told | fields)


def accepted(seen: Severity = Severity.CRITICAL, **fields: Any) -> Acceptance:
    one = acceptance(a_finding(**fields), a_note(), NOON, seen=seen)
    assert isinstance(one, Acceptance)
    return one


def test_it_covers_the_finding_as_it_was() -> None:
    """And what became milder."""
    milder = a_finding(severity=Severity.LOW)

    assert accepted().covers(a_finding())
    assert accepted().covers(milder)


@pytest.mark.parametrize(
    "other",
    [
        {"discriminator": "tcp-8090"},
        {"check": "EXP-002"},
        {"resource": "i-0123456789abcdef1"},
        {"account": "999988887777"},
        {"region": "us-east-1"},
    ],
    ids=str,
)
def test_it_covers_nothing_else(other: dict[str, str]) -> None:
    """A port that is opened tomorrow was not accepted today."""
    assert not accepted().covers(a_finding(**other))


def test_what_got_worse_was_not_accepted() -> None:
    """Who accepted a MEDIUM did not see the CRITICAL."""
    mild = accepted(severity=Severity.MEDIUM)

    assert not mild.covers(a_finding(severity=Severity.CRITICAL))


def test_what_got_worse_on_the_way_was_not_seen() -> None:
    """A message may wait; what a person saw then is what was accepted."""
    late = accepted(seen=Severity.MEDIUM, severity=Severity.CRITICAL)

    assert not late.covers(a_finding(severity=Severity.CRITICAL))
    assert late.covers(a_finding(severity=Severity.MEDIUM))


def test_no_character_of_a_resource_is_a_glob() -> None:
    """A finding's name cannot widen what is accepted."""
    assert not accepted(resource="*").covers(a_finding())
    assert accepted(resource="[x]*").covers(a_finding(resource="[x]*"))


@pytest.mark.parametrize(
    ("note", "is_enough"),
    [
        (a_note(), True),
        (a_note(UpdatedAt=NOON - timedelta(days=1)), True),
        (a_note(UpdatedAt=NOON - timedelta(days=1, seconds=1)), False),
        (a_note(UpdatedAt=NOON + timedelta(minutes=5)), True),
        (a_note(Text="ok, fine"), True),
        (a_note(Text="  ok\n\n  \t "), False),
    ],
    ids=str,
)
def test_a_reason_is_recent_and_says_something(note: Note, *, is_enough: bool) -> None:
    """What was written long ago, or to say nothing, was not written for this."""
    told = acceptance(a_finding(), note, NOON, seen=Severity.CRITICAL)

    assert is_enough == isinstance(told, Acceptance)


def test_it_reads_back_as_it_was_kept() -> None:
    """Nothing of it is lost on the way through the table."""
    kept = accepted().model_dump_json(by_alias=True)

    assert accepted() == Acceptance.model_validate_json(kept)


def test_it_is_a_waiver_beside_the_owner_s() -> None:
    """The owner's policy stays as it is."""
    policy = Policy()
    both = with_accepted(policy, [accepted()])

    assert ((), (accepted(),)) == (policy.waivers, both.waivers)


def test_the_end_of_one_is_told() -> None:
    """From its last day on it accepts nothing, and RF-004 names reason and owner."""
    after = datetime(2026, 12, 23, 12, tzinfo=UTC)
    inventory = an_inventory(taken_at=after)
    policy = with_accepted(Policy(), [accepted()])
    found = evaluate(Estate(inventory, policy)).findings
    (told,) = (one for one in found if one.check == "RF-004")

    assert "alice" in told.message
    assert "accepted in Security Hub on 2026-11-22" in told.message
    assert "accept its finding in Security Hub again" in told.fix
