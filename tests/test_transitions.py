"""Report against rows: what opens, changes and closes, and what stays untouched."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.finding import Finding, Report, Severity, Unknown, Waived
from ringfence.transitions import REFRESH_AFTER, Row, Transition, decide
from tests.render.samples import (
    CHANGE,
    GROUP,
    INSTANCE,
    NOON,
    SWEEP,
    a_closed_row,
    a_finding,
    a_report,
    a_row,
)

LATER = NOON + timedelta(hours=1)
KEY = a_finding().key


def decided(report: Report, *rows: Row, **fields: Any) -> tuple[Row, ...]:
    arguments: dict[str, Any] = {
        "cause": SWEEP,
        "now": report.observed_at + timedelta(seconds=5),
        "known_checks": {"EXP-001", "SG-001", "RF-001"},
    } | fields
    return decide(report, {row.finding.key: row for row in rows}, **arguments)


def the_only(rows: tuple[Row, ...]) -> Row:
    (row,) = rows
    return row


def test_what_is_new_opens() -> None:
    """A finding without a row opens as version 1, observed when collection began."""
    row = the_only(decided(a_report(a_finding())))

    assert (Transition.OPENED, 1, NOON) == (
        row.transition,
        row.version,
        row.first_observed_at,
    )


def test_what_is_closed_and_found_again_reopens() -> None:
    """A reopened finding keeps the time at which it was first observed."""
    row = the_only(decided(a_report(a_finding(), observed_at=LATER), a_closed_row()))

    assert (Transition.REOPENED, 3, NOON, None, "") == (
        row.transition,
        row.version,
        row.first_observed_at,
        row.closed_as,
        row.closed_because,
    )


def test_a_milder_severity_de_escalates() -> None:
    """An open finding that became milder is told as such."""
    report = a_report(a_finding(severity=Severity.HIGH), observed_at=LATER)

    assert Transition.DE_ESCALATED == the_only(decided(report, a_row())).transition


def test_a_worse_severity_escalates() -> None:
    """An open finding that became worse is told as such."""
    report = a_report(a_finding(), observed_at=LATER)
    row = a_row(a_finding(severity=Severity.LOW))

    assert Transition.ESCALATED == the_only(decided(report, row)).transition


def test_other_words_are_written_without_a_transition() -> None:
    """A finding that reads differently is sent again, and nobody is alerted."""
    report = a_report(a_finding(message="In other words."), observed_at=LATER)
    row = the_only(decided(report, a_row()))

    assert (None, 2, "In other words.") == (
        row.transition,
        row.version,
        row.finding.message,
    )


def test_an_unchanged_finding_is_not_written() -> None:
    """The same sweep twice writes nothing the second time."""
    report = a_report(a_finding(observed_at=LATER), observed_at=LATER)

    assert () == decided(report, a_row())


def test_an_old_row_is_refreshed() -> None:
    """An open finding is sent again within a week, so that it does not expire."""
    late = NOON + REFRESH_AFTER + timedelta(minutes=1)
    report = a_report(a_finding(observed_at=late), observed_at=late)
    row = the_only(decided(report, a_row()))

    assert (None, 2, late) == (row.transition, row.version, row.finding.observed_at)


def test_refreshes_are_spread_over_a_day() -> None:
    """Findings that opened together are not all sent again together."""
    findings = [a_finding(resource=f"i-{number:017x}") for number in range(40)]
    when = NOON + REFRESH_AFTER - timedelta(hours=12)
    report = a_report(*findings, observed_at=when)
    written = decided(report, *(a_row(finding) for finding in findings))

    assert 0 < len(written) < len(findings)


def test_a_good_resource_closes_as_passed() -> None:
    """A finding closes as PASSED when its resource was seen without the problem."""
    row = the_only(decided(a_report(observed_at=LATER), a_row()))

    assert (False, "PASSED", Transition.CLOSED, LATER) == (
        row.is_open,
        row.closed_as,
        row.transition,
        row.observed_at,
    )


def test_a_closed_row_keeps_the_finding_as_it_was_last_seen() -> None:
    """Closing changes nothing in the finding, nor when it was last observed."""
    row = the_only(decided(a_report(observed_at=LATER), a_row()))

    assert a_finding() == row.finding


def test_a_gone_resource_closes_as_archived() -> None:
    """A finding is archived when its resource is not there any more."""
    report = a_report(observed_at=LATER, resources=frozenset())
    row = the_only(decided(report, a_row()))

    assert ("ARCHIVED", "the resource is gone") == (row.closed_as, row.closed_because)


def test_a_waived_finding_closes_with_the_waivers_words() -> None:
    """What the owner accepts is archived with the reason and the owner."""
    waived = Waived(a_finding(), "behind a VPN", "tools team")
    report = a_report(observed_at=LATER, waived=(waived,))
    row = the_only(decided(report, a_row()))

    assert ("ARCHIVED", "accepted: behind a VPN (tools team)") == (
        row.closed_as,
        row.closed_because,
    )


def test_a_retired_checks_findings_are_archived() -> None:
    """Findings of a check that is no more are archived by a sweep."""
    report = a_report(observed_at=LATER, ran=frozenset())
    row = the_only(decided(report, a_row(), known_checks={"SG-001"}))

    assert ("ARCHIVED", "the check was retired") == (row.closed_as, row.closed_because)


@pytest.mark.parametrize(
    "narrow", [{"vpcs": frozenset({"vpc-1"})}, {"only": frozenset({"host:443"})}]
)
def test_a_narrow_report_retires_no_check(narrow: dict[str, Any]) -> None:
    """Only a report on a whole Region says which checks there are."""
    report = a_report(observed_at=LATER, ran=frozenset(), **narrow)

    assert () == decided(report, a_row(), known_checks={"SG-001"})


def test_ringfences_own_findings_close_as_passed() -> None:
    """A finding about Ringfence names no AWS resource, so that none can be gone."""
    finding = a_finding(check="RF-001", resource="ec2.describe_vpcs", vpc=None)
    report = a_report(
        observed_at=LATER, ran=frozenset({"RF-001"}), resources=frozenset()
    )

    assert "PASSED" == the_only(decided(report, a_row(finding))).closed_as


@pytest.mark.parametrize(
    "blind",
    [
        {"ran": frozenset()},
        {"unknowns": (Unknown("EXP-001", "denied"),), "ran": frozenset()},
        {"unknowns": (Unknown("EXP-001", "denied"),)},
        {"unknowns": (Unknown("EXP-001", "odd route", INSTANCE),)},
        {"vpcs": frozenset({"vpc-another"})},
        {"only": frozenset({"another"})},
        {"observed_at": NOON},
        {"observed_at": NOON - timedelta(seconds=1)},
    ],
    ids=str,
)
def test_what_was_not_fully_seen_stays_open(blind: dict[str, Any]) -> None:
    """A partial, doubtful or older run closes nothing."""
    report = a_report(**{"observed_at": LATER, "resources": frozenset()} | blind)

    assert () == decided(report, a_row())


def test_a_doubt_about_another_resource_closes_as_ever() -> None:
    """A check that cannot tell about one resource can about the others."""
    doubt = Unknown("EXP-001", "odd route", "i-another")
    report = a_report(observed_at=LATER, unknowns=(doubt,))

    assert "PASSED" == the_only(decided(report, a_row())).closed_as


def test_a_newer_row_is_left_alone() -> None:
    """A slow sweep overwrites no newer verdict, whatever it saw."""
    report = a_report(a_finding(severity=Severity.LOW))

    assert () == decided(report, a_row(observed_at=NOON))


def test_updated_at_rises_although_the_clock_lags() -> None:
    """Security Hub ignores an update that is not later, so ours always is."""
    report = a_report(a_finding(message="Else."), observed_at=LATER)
    ahead = a_row(updated_at=LATER + timedelta(days=1))
    row = the_only(decided(report, ahead, now=LATER))

    assert ahead.updated_at + timedelta(milliseconds=1) == row.updated_at


def test_a_row_keeps_the_changes_nearest_to_it() -> None:
    """Of hundreds of changes a row names those that touched its path."""
    ours = CHANGE.changes[0]
    others = tuple(
        ours.model_copy(
            update={
                "event_id": f"e{number}",
                "ids": frozenset({"sg-0ff"}),
                "at": NOON - timedelta(hours=1, seconds=number),
            }
        )
        for number in range(200)
    )
    cause = CHANGE.model_copy(update={"changes": (*others, ours)})
    row = the_only(decided(a_report(a_finding()), cause=cause))

    assert ours in row.cause.changes
    assert 3 == len(row.cause.changes)


def test_a_huge_evidence_is_cut_once_and_for_all() -> None:
    """What a row can hold is decided before comparing: no rewrite each sweep."""
    rows = [{"group": GROUP, "note": "x" * 100}] * 5_000
    huge = a_finding(evidence={"rules": rows})
    first = the_only(decided(a_report(huge)))

    assert len(first.model_dump_json()) < 100_000
    assert first.finding.evidence["left_out"] > 0
    assert () == decided(a_report(huge, observed_at=LATER), first)


_PLACES = st.sampled_from(["i-1", "i-2", "i-3"])
_VPCS = st.sampled_from(["vpc-1", "vpc-2"])
_CHECKS = st.sampled_from(["EXP-001", "SG-001", "RF-001", "OLD-001"])


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """A small world's finding; its VPC follows from its resource."""
    resource = draw(_PLACES)
    return a_finding(
        check=draw(_CHECKS),
        resource=resource,
        discriminator="",
        severity=draw(st.sampled_from(Severity)),
        message=draw(st.sampled_from(["One.", "Two."])),
        vpc="vpc-1" if resource == "i-1" else "vpc-2",
        evidence={},
        fix="Close it.",
    )


@st.composite
def rows(draw: st.DrawFn) -> Row:
    ages = st.integers(min_value=-1, max_value=15)
    build = a_row if draw(st.booleans()) else a_closed_row
    return build(
        draw(findings()),
        version=draw(st.integers(1, 9)),
        observed_at=NOON - timedelta(days=draw(ages)),
        updated_at=NOON - timedelta(days=draw(ages)),
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    ran = draw(st.frozensets(_CHECKS))
    unknown = st.builds(
        Unknown, _CHECKS, st.just("denied"), st.one_of(st.none(), _PLACES)
    )
    found = draw(st.lists(findings(), max_size=6))
    return a_report(
        *(finding for finding in found if finding.check in ran),
        ran=ran,
        unknowns=tuple(draw(st.lists(unknown, max_size=2))),
        vpcs=draw(st.one_of(st.none(), st.frozensets(_VPCS))),
        resources=draw(st.frozensets(_PLACES)),
    )


def by_key(some: list[Row]) -> dict[str, Row]:
    return {row.finding.key: row for row in some}


@given(reports(), st.lists(rows(), max_size=8))
def test_deciding_again_writes_nothing(report: Report, some: list[Row]) -> None:
    """What was written settles the report: a second decision finds nothing to do."""
    table = by_key(some)
    table |= by_key(list(decided(report, *table.values())))

    assert () == decided(report, *table.values())


@given(reports(), st.lists(rows(), max_size=8), st.randoms())
def test_order_does_not_matter(report: Report, some: list[Row], random: Any) -> None:
    """Findings and rows may come in any order."""
    table = list(by_key(some).values())
    expected = decided(report, *table)
    random.shuffle(table)
    shuffled = list(report.findings)
    random.shuffle(shuffled)
    other = a_report(*shuffled, **_fields(report))

    assert expected == decided(other, *table)


def _fields(report: Report) -> dict[str, Any]:
    names = ("ran", "unknowns", "vpcs", "resources")
    return {name: getattr(report, name) for name in names}


@given(reports(), st.lists(rows(), max_size=8))
def test_only_what_was_seen_is_touched(report: Report, some: list[Row]) -> None:
    """A check that did not answer, or a VPC not looked at, closes nothing."""
    table = by_key(some)
    for row in decided(report, *table.values()):
        if row.transition is not Transition.CLOSED or row.closed_because.endswith(
            "retired"
        ):
            continue
        assert row.finding.check in report.ran
        assert report.vpcs is None or row.finding.vpc in report.vpcs
        doubts = {(item.check, item.resource) for item in report.unknowns}
        assert (row.finding.check, None) not in doubts
        assert (row.finding.check, row.finding.resource) not in doubts


@given(reports(), st.lists(rows(), max_size=8))
def test_versions_and_times_rise(report: Report, some: list[Row]) -> None:
    """Every write is one version and at least a millisecond later than the last."""
    table = by_key(some)
    for row in decided(report, *table.values()):
        old = table.get(row.finding.key)
        assert row.version == (old.version + 1 if old else 1)
        assert old is None or row.updated_at - old.updated_at >= timedelta(
            milliseconds=1
        )
        assert old is None or row.observed_at > old.observed_at
        assert old is None or row.first_observed_at == old.first_observed_at
