"""Alerts as people read them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.changes import Cause
from ringfence.finding import Severity
from ringfence.render.text import subject, text
from ringfence.transitions import Transition
from tests.render.golden_files import golden
from tests.render.samples import (
    CHANGE,
    GROUP,
    NOON,
    SWEEP,
    a_closed_row,
    a_finding,
    a_row,
    a_sweeps_alert,
    an_alert,
    an_exposure,
)

DOCS = "https://example.com/docs/checks"
OTHER = a_row(a_finding(resource="i-0dddddddddddddddd", name="jira", product="jira"))
GROUP_FINDING = a_finding(
    check="SG-001",
    resource=GROUP,
    name="web",
    severity=Severity.MEDIUM,
    title="SSH (tcp 22) is open to the world",
    evidence={},
)
CERTIFICATE = a_row(
    a_finding(
        check="CERT-002",
        resource="arn:aws:acm:eu-west-1:123456789012:certificate/1234-5678",
        name="git.example.com",
        severity=Severity.HIGH,
        product=None,
        title="Certificate expires soon",
        message="git.example.com expires on 2026-11-25.",
        fix="Renew it.\nThen import it again.",
        evidence={},
    )
)

ALERTS = {
    "opened": an_alert(),
    "several": an_alert(a_row(), OTHER, a_closed_row(GROUP_FINDING)),
    "closed": an_alert(a_closed_row()),
    "sweep": an_alert(a_row(), CERTIFICATE, a_closed_row(GROUP_FINDING), cause=SWEEP),
    "sweep-of-many": a_sweeps_alert(
        a_row(),
        a_row(a_finding(account="222233334444", region="us-east-1", evidence={})),
        a_closed_row(GROUP_FINDING),
        unread=("333344445555/eu-west-1", "333344445555/us-east-1"),
    ),
    "sweep-of-two": a_sweeps_alert(
        a_row(), a_row(a_finding(account="222233334444", evidence={})), places=2
    ),
    "sweep-unread": a_sweeps_alert(unread=("333344445555/eu-west-1",), places=3),
    "not-visible": an_alert(cause=CHANGE.model_copy(update={"not_visible": True})),
    "probe": an_alert(CERTIFICATE, cause=Cause(kind="probe", id="probe-1")),
}


@pytest.mark.parametrize("name", ALERTS)
def test_texts_are_as_kept(name: str) -> None:
    """What people read changes only where somebody meant it to."""
    alert = ALERTS[name]
    shown = f"Subject: {subject(alert)}\n\n{text(alert, docs_url=DOCS)}"

    assert golden(f"alert-{name}.txt", shown) == shown


def test_the_exact_command_that_undoes_it_is_one_line() -> None:
    """The command can be copied as it stands."""
    (undo,) = CHANGE.changes[0].undo

    assert f"Undo    {undo}" in text(an_alert()).splitlines()


def test_reopening_is_never_offered_as_a_remedy() -> None:
    """Undoing a revocation would open more, so it is no remedy of what opened."""
    change = CHANGE.changes[0]
    revoked = change.model_copy(
        update={"undo": ("aws ec2 authorize-security-group-ingress --group-id sg-1",)}
    )
    cause = CHANGE.model_copy(update={"changes": (revoked,)})

    assert "authorize-" not in text(an_alert(cause=cause))


def test_a_digest_says_what_it_leaves_out() -> None:
    """Of many findings the worst are told and the others counted."""
    rows = [a_row(a_finding(discriminator=f"tcp-{port}")) for port in range(40)]
    lines = text(an_alert(*rows, cause=SWEEP)).splitlines()

    assert "40 opened (40 CRITICAL) in 123456789012 eu-west-1" == lines[0]
    assert "15 more, not listed here: 40 opened (40 CRITICAL) in all." in lines


def test_what_a_sweep_did_not_read_is_named_and_counted() -> None:
    """The first twenty by name, and how many there are."""
    unread = tuple(f"{number:012}/eu-west-1" for number in range(30))
    shown = text(a_sweeps_alert(a_row(), unread=unread))

    assert "Read    21 of 51 Regions, over all accounts" in shown
    assert "000000000019 eu-west-1 and 10 more; their findings stay" in shown


def test_more_exposures_than_one_are_counted() -> None:
    """The worst exposure is told in full, the others are in the finding."""
    evidence = {"exposures": [an_exposure()] * 20, "exposure_count": 33}
    shown = text(an_alert(a_row(a_finding(evidence=evidence))))

    assert "from 0.0.0.0/0; 32 more, listed in the finding" in shown


def test_a_login_before_it_is_told() -> None:
    """Who must say who they are first is told on the same line."""
    exposure = an_exposure(authenticated_by="authenticate-oidc")
    row = a_row(a_finding(evidence={"exposures": [exposure]}))

    assert "from 0.0.0.0/0, behind authenticate-oidc" in text(an_alert(row))


@pytest.mark.parametrize(
    ("ports", "words"),
    [
        (None, "203.0.113.7 47 from"),
        ([1000, 2000], "203.0.113.7 47 1000-2000 from"),
        ({"type": 8, "code": 0}, "203.0.113.7 47 type 8 code 0 from"),
    ],
)
def test_ports_are_told_in_words(ports: object, words: str) -> None:
    """Ranges, ICMP types and protocols without ports each read well."""
    exposure = an_exposure(protocol="47", ports=ports)
    row = a_row(a_finding(evidence={"exposures": [exposure]}))

    assert words in text(an_alert(row))


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (-5, "(0 s ago)"),
        (90, "(90 s ago)"),
        (600, "(10 min ago)"),
        (3 * 3600, "(3 h ago)"),
    ],
)
def test_time_since_is_told_in_one_unit(ago: int, words: str) -> None:
    """How long ago the change was reads at a glance, also with skewed clocks."""
    change = CHANGE.changes[0].model_copy(update={"at": NOON - timedelta(seconds=ago)})
    cause = CHANGE.model_copy(update={"changes": (change,)})

    assert words in text(an_alert(cause=cause))


def test_a_service_that_called_is_named_once() -> None:
    """Its address and its agent are its name again."""
    name = "autoscaling.amazonaws.com"
    told = {"who": name, "source_ip": name, "agent": name, "is_console": False}
    change = CHANGE.changes[0].model_copy(update={**told, "used_mfa": None})
    alert = an_alert(cause=CHANGE.model_copy(update={"changes": (change,)}))

    assert f"Who     {name}, 12:00:03 UTC (41 s ago)" in text(alert).splitlines()


@given(st.text(), st.text(), st.sampled_from(Transition))
def test_hostile_names_forge_no_line_and_no_subject(
    name: str, who: str, transition: Transition
) -> None:
    """Whatever others wrote, lines are ours and the subject is SNS's kind."""
    change = CHANGE.changes[0].model_copy(update={"who": who})
    cause = CHANGE.model_copy(update={"changes": (change,)})
    row = a_row(a_finding(name=name), transition=transition)
    alert = an_alert(row, cause=cause)
    line = subject(alert)

    assert len(text(alert).splitlines()) == len(
        text(an_alert(a_row(transition=transition))).splitlines()
    )
    assert 0 < len(line) < 100
    assert line.isascii()
    assert line.isprintable()
