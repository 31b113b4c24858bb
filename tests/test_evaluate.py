"""The engine asks every check, and never mistakes silence for a pass."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from ringfence.checks import Check, check
from ringfence.estate import Estate
from ringfence.evaluate import evaluate
from ringfence.finding import Doubt, Problem, Severity, Unknown
from ringfence.inventory import Inventory
from ringfence.inventory.records import Instance
from ringfence.policy import read_policy
from ringfence.snapshot import Gap


@check(
    "TST-001",
    "Every instance is bad",
    severity=Severity.HIGH,
    needs={"instances"},
    fix="f",
)
def every_instance(estate: Estate) -> Iterator[Problem]:
    """Nothing is good."""
    for instance in estate.inventory.instances:
        yield Problem(resource=instance.id, message="It is there.")


@check("TST-002", "Crashes", severity=Severity.LOW, needs={"instances"}, fix="f")
def crashing(estate: Estate) -> Iterator[Problem]:
    """A bug of ours."""
    known: dict[str, Problem] = {}
    yield known["boom"]


@check("TST-003", "Doubts", severity=Severity.LOW, needs={"instances"}, fix="f")
def doubting(estate: Estate) -> Iterator[Doubt]:
    """Cannot tell."""
    for instance in estate.inventory.instances:
        yield Doubt(instance.id, "its group was not read")


def own(code: str) -> Check:
    """Give the metadata of a finding about Ringfence itself."""

    @check(code, "Own", severity=Severity.MEDIUM, needs=(), fix="f")
    def nothing(estate: Estate) -> Iterator[Problem]:
        """Signed by the engine."""
        yield from ()

    return nothing


SEEN = Inventory(
    account="111122223333",
    region="eu-west-1",
    taken_at=datetime(2026, 11, 22, tzinfo=UTC),
    read=frozenset({"instances"}),
    instances=(
        Instance(id="i-1", vpc="vpc-1", tags={"Name": "jira-1", "Owner": "web"}),
    ),
)


def test_a_problem_is_signed_with_all_that_is_known() -> None:
    """A finding carries place, name, product, VPC and tags of its resource."""
    (finding,) = evaluate(Estate(SEEN), [every_instance]).findings

    assert "ringfence/111122223333/eu-west-1/TST-001/i-1" == finding.id
    assert ("jira-1", "jira", "vpc-1") == (finding.name, finding.product, finding.vpc)
    assert SEEN.taken_at == finding.observed_at


def test_a_gap_makes_a_check_unknown() -> None:
    """A check whose need could not be read gives neither findings nor a pass."""
    gap = Gap("ec2.describe_instances", "UnauthorizedOperation")
    blind = replace(SEEN, read=frozenset(), instances=(), gaps={"instances": (gap,)})
    report = evaluate(Estate(blind), [every_instance])

    assert (frozenset(), ()) == (report.ran, report.findings)
    assert (Unknown("TST-001", "could not read instances"),) == report.unknowns


def test_what_was_not_asked_for_does_not_run() -> None:
    """A check whose needs are out of scope is neither run nor unknown."""
    narrow = replace(SEEN, read=frozenset(), instances=())
    report = evaluate(Estate(narrow), [every_instance])

    assert (frozenset(), ()) == (report.ran, report.unknowns)


def test_a_crash_is_a_finding_and_stops_nobody() -> None:
    """The other checks still run, and the crash is told."""
    report = evaluate(Estate(SEEN), [crashing, every_instance, own("RF-002")])
    found = {finding.check: finding for finding in report.findings}

    assert {"TST-001", "RF-002"} == set(found)
    assert "TST-002" not in report.ran
    assert ("TST-002", "TST-002") == (found["RF-002"].resource, found["RF-002"].about)
    assert "KeyError" in found["RF-002"].message


def test_a_doubt_is_a_finding_about_its_resource() -> None:
    """A resource that a check cannot judge is named, and why."""
    report = evaluate(Estate(SEEN), [doubting, own("RF-005")])
    (finding,) = report.findings

    assert ("RF-005", "i-1", "TST-003") == (
        finding.check,
        finding.resource,
        finding.about,
    )
    assert "its group was not read" in finding.message


def test_one_reason_on_one_resource_is_one_finding() -> None:
    """A dead endpoint is not told once per check; it is about the first of them."""
    twin = replace(doubting, code="TST-004")
    report = evaluate(Estate(SEEN), [doubting, twin, own("RF-005")])
    (finding,) = report.findings

    assert ("RF-005/i-1/TST-003", "TST-003") == (finding.key, finding.about)
    assert finding.message.startswith("TST-003, TST-004 cannot tell: ")
    assert {"TST-003", "TST-004"} == {unknown.check for unknown in report.unknowns}


def test_a_report_covers_only_what_it_saw() -> None:
    """An earlier finding is covered if its check ran without doubt in its scope."""
    (finding,) = evaluate(Estate(SEEN), [every_instance]).findings
    whole = evaluate(Estate(SEEN), [every_instance])
    other_vpc = evaluate(
        Estate(replace(SEEN, vpcs=frozenset({"vpc-2"}))), [every_instance]
    )
    only_other = evaluate(
        Estate(replace(SEEN, only=frozenset({"i-2"}))), [every_instance]
    )
    not_run = evaluate(Estate(SEEN), [own("RF-002")])

    assert [True, False, False, False] == [
        report.covers(finding) for report in (whole, other_vpc, only_other, not_run)
    ]


def test_a_doubted_resource_is_not_covered() -> None:
    """A check that ran but could not tell for a resource says nothing about it."""
    report = evaluate(Estate(SEEN), [doubting])
    (other,) = evaluate(Estate(SEEN), [every_instance]).findings

    assert not report.covers(other.model_copy(update={"check": "TST-003"}))
    assert report.covers(other.model_copy(update={"check": "TST-003", "resource": "x"}))


def test_a_waiver_sets_findings_aside_until_its_day() -> None:
    """A waiver in force moves a finding to the waived; an expired one does not."""
    text = """
waivers:
  - {check: TST-*, reason: known and accepted, owner: me, expires: %s}
"""
    kept = evaluate(Estate(SEEN, read_policy(text % "2026-11-21")), [every_instance])
    waived = evaluate(Estate(SEEN, read_policy(text % "2026-11-22")), [every_instance])

    assert (1, 0) == (len(kept.findings), len(kept.waived))
    assert (0, 1) == (len(waived.findings), len(waived.waived))
