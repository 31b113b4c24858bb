"""Looking at endpoints, judging and forgetting them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ringfence.changes import Cause
from ringfence.inspect.endpoints import forget, look
from ringfence.inventory import Inventory
from ringfence.inventory.records import TlsObservation
from ringfence.inventory.visits import HttpObservation
from ringfence.messages import ProbeRequest
from ringfence.policy import Policy, read_policy
from ringfence.probe import Observations
from ringfence.store import FindingsTable
from tests.functions.conftest import ACCOUNT, REGION, Aws

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ENDPOINT = "jira.example.com:443"
EXPIRED = TlsObservation(
    endpoint=ENDPOINT,
    address="203.0.113.7",
    protocol="TLSv1.3",
    is_trusted=False,
    distrust="certificate has expired",
    subject="CN=jira.example.com",
    issuer="CN=Example CA",
    names=("jira.example.com",),
    not_before=NOON - timedelta(days=400),
    not_after=NOON - timedelta(days=2),
    key="RSA_2048",
    signature="SHA256WITHRSA",
)
PLAIN = HttpObservation(endpoint=ENDPOINT, address="203.0.113.7", status=200)
SILENT = TlsObservation(endpoint=ENDPOINT, error="connection refused")
POLICY = read_policy("endpoints: [{host: jira.example.com}]")


class Minutes:
    """A clock that is a minute later each time it is asked."""

    def __init__(self) -> None:
        self.time = NOON

    def __call__(self) -> datetime:
        self.time += timedelta(minutes=1)
        return self.time


def probe(
    aws: Aws,
    now: Minutes,
    tls: Any = None,
    http: Any = None,
    *,
    policy: Policy = POLICY,
) -> None:
    request = ProbeRequest(
        host="jira.example.com", port=443, account=ACCOUNT, region=REGION
    )
    look(
        (request,),
        policy,
        Cause(kind="probe", id="probe-1"),
        observe=lambda host, port, *, with_http: Observations(tls=tls, http=http),
        table=FindingsTable(aws.client("dynamodb"), aws.table),
        now=now,
    )


def open_checks(aws: Aws) -> set[str]:
    table = FindingsTable(aws.client("dynamodb"), aws.table)
    rows = table.rows(f"{ACCOUNT}/{REGION}")
    return {row.finding.check for row in rows.values() if row.is_open}


def test_what_is_seen_is_judged(aws: Aws) -> None:
    """An expired certificate on the wire is a finding of its endpoint."""
    probe(aws, Minutes(), tls=EXPIRED)

    assert "TLS-001" in open_checks(aws)


def test_what_is_mended_closes(aws: Aws) -> None:
    """A good certificate seen later closes the finding."""
    now = Minutes()
    probe(aws, now, tls=EXPIRED)
    good = replace(
        EXPIRED, is_trusted=True, distrust="", not_after=NOON + timedelta(days=90)
    )
    probe(aws, now, tls=good)

    assert set() == open_checks(aws)


def test_silence_closes_nothing(aws: Aws) -> None:
    """An endpoint that does not answer may still be bad, in either protocol."""
    now = Minutes()
    probe(aws, now, http=PLAIN)
    before = open_checks(aws)
    probe(aws, now, tls=SILENT)

    assert before
    assert before <= open_checks(aws)


def test_an_endpoint_that_is_no_longer_named_is_forgotten(aws: Aws) -> None:
    """Nobody looks at it any more, so its findings close with the next sweep."""
    now = Minutes()
    probe(aws, now, tls=EXPIRED)
    assert forgotten(aws, now, POLICY)

    assert set() == forgotten(aws, now, Policy())


def forgotten(aws: Aws, now: Callable[[], datetime], policy: Policy) -> set[str]:
    """What stays open after a sweep under *policy*."""
    table = FindingsTable(aws.client("dynamodb"), aws.table)
    place = Inventory(account=ACCOUNT, region=REGION, taken_at=now(), read=frozenset())
    cause = Cause(kind="sweep", id="sweep-1")
    rows = table.rows(f"{ACCOUNT}/{REGION}")
    forget(policy, rows, cause, place=place, table=table, now=now)
    return open_checks(aws)
