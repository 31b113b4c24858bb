"""Findings, rows and alerts to render, store and publish."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ringfence.alerts import Alert, Coverage, alert_of, alert_of_sweep, digest
from ringfence.changes import Cause, Change
from ringfence.finding import Finding, Report, Severity
from ringfence.transitions import Row, Transition

NOON = datetime(2026, 11, 22, 12, 0, 44, tzinfo=UTC)
ACCOUNT = "123456789012"
REGION = "eu-west-1"
PLACE = f"{ACCOUNT}/{REGION}"
INSTANCE = "i-0abc0abc0abc0abc0"
GROUP = "sg-01230123012301230"
UNDO = (
    f"aws ec2 revoke-security-group-ingress --region {REGION} "
    f"--group-id {GROUP} --security-group-rule-ids sgr-0aaa0aaa0aaa0aaa0"
)
TYPE = (
    "Software and Configuration Checks/AWS Security Best Practices/Network Reachability"
)
SWEEP = Cause(kind="sweep", id="sweep-20261122T120000Z")
CHANGE = Cause(
    kind="change",
    id="change-1",
    changes=(
        Change(
            event_id="11111111-2222-3333-4444-555555555555",
            event_source="ec2.amazonaws.com",
            event_name="AuthorizeSecurityGroupIngress",
            at=NOON - timedelta(seconds=41),
            account=ACCOUNT,
            region=REGION,
            who="alice, role Admin (SSO)",
            source_ip="198.51.100.7",
            agent="console.amazonaws.com",
            is_console=True,
            used_mfa=True,
            ids=frozenset({GROUP}),
            adds=frozenset({"sgr-0aaa0aaa0aaa0aaa0"}),
            what=(
                f"{GROUP}: added tcp 22 from 0.0.0.0/0  (rule sgr-0aaa0aaa0aaa0aaa0)",
            ),
            undo=(UNDO,),
        ),
    ),
)


def an_exposure(**fields: Any) -> dict[str, Any]:
    """SSH from everywhere to the instance, through its group."""
    return {
        "resource": INSTANCE,
        "interface": "eni-05550555055505550",
        "address": "203.0.113.7",
        "family": "ipv4",
        "source": "internet",
        "entry": "internet-gateway",
        "protocol": "tcp",
        "ports": [22, 22],
        "sources": ["0.0.0.0/0"],
        "session": "both",
        "inspected_by": None,
        "path": [
            {"id": "igw-01110111011101110", "type": "internet-gateway"},
            {"id": "subnet-02220222022202220", "type": "subnet"},
            {
                "id": "rtb-03330333033303330",
                "type": "route-table",
                "rule": "0.0.0.0/0",
            },
            {"id": "acl-04440444044404440", "type": "network-acl", "rule": "100"},
            {"id": GROUP, "type": "security-group", "rule": "sgr-0aaa0aaa0aaa0aaa0"},
            {"id": "eni-05550555055505550", "type": "network-interface"},
            {"id": INSTANCE, "type": "instance"},
        ],
    } | fields


def a_finding(**fields: Any) -> Finding:
    """SSH of a Bitbucket node, open to the internet."""
    return Finding(
        **{
            "check": "EXP-001",
            "resource": INSTANCE,
            "discriminator": "tcp-22",
            "severity": Severity.CRITICAL,
            "title": "SSH (tcp 22) is reachable from the internet",
            "message": f"Bitbucket {INSTANCE} (bitbucket-prod): SSH (tcp 22) can be "
            "reached at 203.0.113.7 from the whole internet, directly.",
            "fix": UNDO,
            "account": ACCOUNT,
            "region": REGION,
            "observed_at": NOON,
            "vpc": "vpc-06660666066606660",
            "name": "bitbucket-prod",
            "product": "bitbucket",
            "tags": {"Name": "bitbucket-prod", "team": "tools"},
            "types": (TYPE,),
            "relates": ("AWS FSBP EC2.13", "CIS AWS 3.0 5.2"),
            "guide": ("S07", "D31"),
            "evidence": {
                "exposures": [an_exposure()],
                "exposure_count": 1,
                "security_groups": [GROUP],
                "rules": ["sgr-0aaa0aaa0aaa0aaa0"],
            },
        }
        | fields
    )


def a_row(finding: Finding | None = None, **fields: Any) -> Row:
    """The row of a finding that has just opened."""
    return Row(
        **{
            "finding": finding or a_finding(),
            "is_open": True,
            "version": 1,
            "first_observed_at": NOON,
            "observed_at": NOON,
            "updated_at": NOON + timedelta(seconds=1, microseconds=234_567),
            "transition": Transition.OPENED,
            "cause": CHANGE,
        }
        | fields
    )


def a_closed_row(finding: Finding | None = None, **fields: Any) -> Row:
    """The row of a finding whose resource is good again."""
    return a_row(
        finding,
        **{
            "is_open": False,
            "version": 2,
            "closed_as": "PASSED",
            "closed_because": "the problem is gone",
            "transition": Transition.CLOSED,
        }
        | fields,
    )


def a_report(*findings: Finding, **fields: Any) -> Report:
    """A report on a whole Region in which EXP-001 ran and saw the instance."""
    known: dict[str, Any] = {
        "account": ACCOUNT,
        "region": REGION,
        "observed_at": NOON,
        "vpcs": None,
        "only": None,
        "ran": frozenset({"EXP-001"}),
        "findings": findings,
        "unknowns": (),
        "waived": (),
        "resources": frozenset({INSTANCE}),
    }
    return Report(**known | fields)


def an_alert(*rows: Row, cause: Cause = CHANGE, **fields: Any) -> Alert:
    """The alert that *rows* lead to."""
    told = digest(rows or (a_row(),))
    assert told is not None
    alert = alert_of(told, cause=cause, at=NOON)
    assert alert is not None
    return alert.model_copy(update=fields)


def a_sweeps_alert(*rows: Row, unread: tuple[str, ...] = (), places: int = 51) -> Alert:
    """The digest of a sweep of many places, some of which were not read."""
    told = digest(rows)
    alert = alert_of_sweep(
        [told] if told else [],
        cause=SWEEP,
        coverage=Coverage.of(places, unread),
        news=unread,
        at=NOON,
    )
    assert alert is not None
    return alert
