"""Looking at endpoints, judging and forgetting them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import yaml

from functions.probe.app import handler
from ringfence.changes import Cause
from ringfence.inspect.endpoints import forget, look, probes_for
from ringfence.inventory import Inventory
from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.visits import HttpObservation
from ringfence.messages import ProbeRequest
from ringfence.policy import Policy, read_policy
from ringfence.probe import Observations
from ringfence.store import FindingsTable
from tests.functions.conftest import ACCOUNT, REGION, Aws, Context
from tests.probe.certificates import issue

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


JIRA = HttpObservation(
    endpoint=ENDPOINT,
    address="203.0.113.7",
    is_tls=True,
    status=200,
    page_status=200,
    product="jira",
)
GOOD = replace(
    EXPIRED, is_trusted=True, distrust="", not_after=NOON + timedelta(days=90)
)


def test_both_halves_are_kept(aws: Aws) -> None:
    """What the handshake shows and what is served behind it are judged together."""
    probe(aws, Minutes(), tls=EXPIRED, http=JIRA)

    assert {"TLS-001", "HTTP-005"} <= open_checks(aws)


def test_a_half_that_failed_is_no_pass(aws: Aws) -> None:
    """A handshake that works closes nothing of a site that does not answer."""
    now = Minutes()
    probe(aws, now, tls=EXPIRED, http=JIRA)
    failed = replace(JIRA, status=None, error="No answer within 10 s.")
    probe(aws, now, tls=GOOD, http=failed)

    assert {"HTTP-005", "RF-005"} <= open_checks(aws)
    assert "TLS-001" not in open_checks(aws)


def test_a_site_that_hangs_is_one_finding(aws: Aws) -> None:
    """What all HTTP checks cannot tell for one reason is told once."""
    failed = replace(JIRA, status=None, error="No answer within 10 s.")
    probe(aws, Minutes(), tls=GOOD, http=failed)
    table = FindingsTable(aws.client("dynamodb"), aws.table)
    rows = table.rows(f"{ACCOUNT}/{REGION}").values()
    told = [row.finding.message for row in rows if row.finding.check == "RF-005"]

    assert 1 == len(told)
    assert "HTTP-002, HTTP-003, HTTP-004" in told[0]
    assert "cannot tell: No answer within 10 s." in told[0]


def test_a_server_without_http_closes_nothing(aws: Aws) -> None:
    """A peer that hangs up on requests may be a site again tomorrow."""
    now = Minutes()
    probe(aws, now, tls=GOOD, http=JIRA)
    probe(aws, now, tls=GOOD)

    assert "HTTP-005" in open_checks(aws)


def test_http_off_forgets_what_was_seen_over_http(aws: Aws) -> None:
    """Where the owner wants no requests, HTTP findings close and TLS's stay."""
    now = Minutes()
    probe(aws, now, tls=EXPIRED, http=JIRA)
    off = read_policy("endpoints: [{host: JIRA.example.com, http: off}]")
    probe(aws, now, tls=EXPIRED, policy=off)

    assert {"TLS-001"} == open_checks(aws)


def test_the_policy_says_what_is_asked() -> None:
    """`off` keeps requests, or all of it, from an endpoint."""
    policy = read_policy(
        "endpoints: [{host: a.example.com}, {host: b.example.com, probe: off},"
        " {host: c.example.com, http: off}, {host: d.example.com, port: 80, http: off}]"
    )
    goals = probes_for(policy, account=ACCOUNT, region=REGION)

    assert ["a.example.com", "c.example.com"] == [goal.host for goal in goals]


def looked(
    aws: Aws, hosts: list[str], observe: Any, policy: Policy = POLICY
) -> list[ProbeRequest]:
    """Look at *hosts* in one batch, and give what was looked at."""
    requests = [
        ProbeRequest(host=host, port=443, account=ACCOUNT, region=REGION)
        for host in hosts
    ]
    table = FindingsTable(aws.client("dynamodb"), aws.table)
    cause = Cause(kind="probe", id="probe-1")
    seen = look(requests, policy, cause, observe=observe, table=table, now=Minutes())
    return list(seen)


def test_a_batch_is_looked_at_at_once(aws: Aws) -> None:
    """No endpoint waits for another: all of a batch are begun before one ends."""
    everybody = Barrier(20, timeout=20)

    def observe(host: str, port: int, *, with_http: bool) -> Observations:
        everybody.wait()
        return Observations(tls=replace(EXPIRED, endpoint=f"{host}:{port}"))

    hosts = [f"h{number}.example.com" for number in range(20)]
    looked(aws, hosts, observe)
    table = FindingsTable(aws.client("dynamodb"), aws.table)
    told = {row.finding.resource for row in table.rows(f"{ACCOUNT}/{REGION}").values()}

    assert {f"{host}:443" for host in hosts} == told


def test_a_message_that_comes_twice_is_looked_at_once(aws: Aws) -> None:
    """SQS may deliver a message again, and names are written in several ways."""
    asked: list[str] = []

    def observe(host: str, port: int, *, with_http: bool) -> Observations:
        asked.append(host)
        return Observations(tls=GOOD)

    looked(aws, ["jira.example.com"] * 2 + ["JIRA.example.com."], observe)

    assert 1 == len(asked)


def test_what_the_policy_turned_off_since_is_not_asked(aws: Aws) -> None:
    """A message may be older than the policy."""
    off = read_policy("endpoints: [{host: jira.example.com, probe: off}]")

    assert [] == looked(aws, ["jira.example.com"], None, off)


def test_a_look_that_crashes_is_told_and_loses_no_other(aws: Aws) -> None:
    """A mistake of ours with one peer leaves the others of its batch alone."""

    def observe(host: str, port: int, *, with_http: bool) -> Observations:
        if host == "odd.example.com":
            raise ZeroDivisionError
        return Observations(tls=EXPIRED)

    looked(aws, ["odd.example.com", "jira.example.com"], observe)
    table = FindingsTable(aws.client("dynamodb"), aws.table)
    rows = table.rows(f"{ACCOUNT}/{REGION}").values()
    told = {(row.finding.check, row.finding.resource) for row in rows}

    assert ("RF-005", "odd.example.com:443") in told
    assert ("TLS-001", ENDPOINT) in told


def test_an_endpoint_that_is_no_longer_named_is_forgotten(aws: Aws) -> None:
    """Nobody looks at it any more, so its findings close with the next sweep."""
    now = Minutes()
    probe(aws, now, tls=EXPIRED)
    assert forgotten(aws, now, POLICY)

    assert set() == forgotten(aws, now, Policy())


@pytest.mark.parametrize("off", ["probe: off", "port: 80, http: off"])
def test_an_endpoint_that_is_off_is_forgotten(aws: Aws, off: str) -> None:
    """What the owner turns off closes as what is no longer named does."""
    now = Minutes()
    probe(aws, now, tls=EXPIRED)
    policy = read_policy(f"endpoints: [{{host: jira.example.com, {off}}}]")

    assert set() == forgotten(aws, now, policy)


def forgotten(aws: Aws, now: Callable[[], datetime], policy: Policy) -> set[str]:
    """What stays open after a sweep under *policy*."""
    table = FindingsTable(aws.client("dynamodb"), aws.table)
    place = Inventory(account=ACCOUNT, region=REGION, taken_at=now(), read=frozenset())
    cause = Cause(kind="sweep", id="sweep-1")
    rows = table.rows(f"{ACCOUNT}/{REGION}")
    forget(policy, rows, cause, place=place, table=table, now=now)
    return open_checks(aws)


@pytest.mark.parametrize(
    ("host", "because"),
    [
        ("169.254.169.254", "it is the instance metadata service."),
        ("[::ffff:169.254.169.254]", "the instance metadata service (169.254.169.254)"),
        ("git.example.com\r\nHost: evil", "a name is letters, digits and hyphens"),
        ("\u2488.example.com", "is not a host name"),
        ("x" * 253, "is not a host name"),
    ],
)
def test_a_hostile_message_is_refused_in_words(
    aws: Aws, context: Context, host: str, because: str
) -> None:
    """Nothing is dialled, the message is done, and a finding says why."""
    body = {"host": host, "port": 443, "account": ACCOUNT, "region": REGION}
    record = {"messageId": "1", "receiptHandle": "r", "attributes": {}}
    answer = handler({"Records": [record | {"body": json.dumps(body)}]}, context)
    table = FindingsTable(aws.client("dynamodb"), aws.table)
    rows = table.rows(f"{ACCOUNT}/{REGION}").values()

    assert {"batchItemFailures": []} == answer
    assert [True] == [because in row.finding.message for row in rows]


def test_the_roots_of_the_policy_are_trusted(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The function looks with the certificates that the owner's clients trust."""
    seen: list[str] = []

    def look_at(host: str, port: int, *, roots: str, **_more: Any) -> Observations:
        seen.append(roots)
        return Observations(tls=GOOD)

    monkeypatch.setattr("functions.probe.app.observe", look_at)
    roots = issue(tmp_path, "Own Root", is_authority=True).pem
    policy = {"endpoints": [{"host": "jira.example.com"}], "roots": roots}
    FindingsTable(aws.client("dynamodb"), aws.table).keep_policy(yaml.safe_dump(policy))
    body = {
        "host": "jira.example.com",
        "port": 443,
        "account": ACCOUNT,
        "region": REGION,
    }
    record = {"messageId": "1", "receiptHandle": "r", "attributes": {}}
    handler({"Records": [record | {"body": json.dumps(body)}]}, context)

    assert [roots] == seen


def test_a_host_of_300_characters_goes_back(aws: Aws, context: Context) -> None:
    """What no host name can be is unreadable, and ends with the dead letters."""
    body = {"host": "x" * 300, "port": 443, "account": ACCOUNT, "region": REGION}
    record = {"messageId": "1", "receiptHandle": "r", "attributes": {}}
    answer = handler({"Records": [record | {"body": json.dumps(body)}]}, context)

    assert {"batchItemFailures": [{"itemIdentifier": "1"}]} == answer
