"""Looking at endpoints, judging and forgetting them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import yaml

from functions.probe.app import handler
from ringfence.changes import Cause
from ringfence.estate import Estate
from ringfence.inspect.endpoints import forget, look, name_of, requests_for
from ringfence.inventory import PARTS, Inventory
from ringfence.inventory.handshakes import Fault, TlsObservation
from ringfence.inventory.visits import HttpObservation
from ringfence.messages import ProbeRequest
from ringfence.observations import ObservationsTable
from ringfence.policy import Policy, read_policy
from ringfence.probe import Observations, observe, public_only
from ringfence.snapshot import Gap
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
    **known: Any,
) -> None:
    request = ProbeRequest(
        host="jira.example.com", port=443, account=ACCOUNT, region=REGION, **known
    )
    look(
        (request,),
        policy,
        Cause(kind="probe", id="probe-1"),
        observe=lambda host, port, *, with_http: Observations(tls=tls, http=http),
        table=FindingsTable(aws.client("dynamodb"), aws.table),
        observations=remembered(aws),
        now=now,
    )


def remembered(aws: Aws) -> ObservationsTable:
    return ObservationsTable(aws.client("dynamodb"), aws.table)


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
    nothing = Inventory(account=ACCOUNT, region=REGION, taken_at=NOON, read=frozenset())
    goals = requests_for(Estate(nothing, policy))

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
    seen = look(
        requests,
        policy,
        cause,
        observe=observe,
        table=table,
        observations=remembered(aws),
        now=Minutes(),
    )
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


def forgotten(
    aws: Aws,
    now: Callable[[], datetime],
    policy: Policy,
    read: frozenset[str] = PARTS,
    **fields: Any,
) -> set[str]:
    """What stays open after a sweep that found nothing but *policy*'s endpoints."""
    table = FindingsTable(aws.client("dynamodb"), aws.table)
    place = f"{ACCOUNT}/{REGION}"
    inventory = Inventory(
        account=ACCOUNT,
        region=REGION,
        taken_at=now(),
        read=read,
        last_looks=remembered(aws).looks(place),
        **fields,
    )
    forget(
        Estate(inventory, policy),
        table.rows(place),
        Cause(kind="sweep", id="sweep-1"),
        table=table,
        observations=remembered(aws),
        now=now,
    )
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


def test_a_look_that_is_no_longer_asked_for_is_forgotten(aws: Aws) -> None:
    """Should the endpoint come back, it is a new one."""
    now = Minutes()
    probe(aws, now, tls=EXPIRED)
    forgotten(aws, now, POLICY)
    kept = aws.items("look/")
    forgotten(aws, now, Policy())

    assert (["look/jira.example.com:443"], []) == (kept, aws.items("look/"))


@pytest.mark.parametrize(
    ("read", "gaps"),
    [
        (PARTS - {"listeners"}, {}),
        (
            PARTS - {"name_records"},
            {"name_records": (Gap("route53.list_hosted_zones", "AccessDenied"),)},
        ),
    ],
)
def test_what_was_not_wholly_read_forgets_nothing(
    aws: Aws, read: frozenset[str], gaps: Any
) -> None:
    """The endpoint may still be there, where nobody could look for it."""
    now = Minutes()
    probe(aws, now, tls=EXPIRED)
    before = open_checks(aws)

    assert before
    assert before == forgotten(aws, now, Policy(), read, gaps=gaps)
    assert ["look/jira.example.com:443"] == aws.items("look/")


def test_an_open_port_where_nothing_listens_is_no_doubt(aws: Aws) -> None:
    """A group that lets packets in promises no server; a listener for all does."""
    closed = TlsObservation(endpoint=ENDPOINT, error="No connection: refused.")
    now = Minutes()
    probe(aws, now, tls=closed, is_promised=False)
    quiet = open_checks(aws)
    probe(aws, now, tls=closed, is_promised=True)

    assert (set(), {"RF-005"}) == (quiet, open_checks(aws))


def test_a_closed_port_closes_nothing(aws: Aws) -> None:
    """What was bad there may come back with the server."""
    closed = TlsObservation(endpoint=ENDPOINT, error="No connection: refused.")
    now = Minutes()
    probe(aws, now, tls=EXPIRED, is_promised=False)
    before = open_checks(aws)
    probe(aws, now, tls=closed, is_promised=False)

    assert before
    assert before == open_checks(aws)


def test_a_finding_says_whose_endpoint_it_is(aws: Aws) -> None:
    """What discovery knew travels with the request."""
    probe(aws, Minutes(), tls=EXPIRED, product="jira", owner="platform")
    table = FindingsTable(aws.client("dynamodb"), aws.table)
    row = table.rows(f"{ACCOUNT}/{REGION}")[f"TLS-001/{ENDPOINT}"]

    assert ("jira", {"Owner": "platform"}) == (row.finding.product, row.finding.tags)


@pytest.mark.parametrize(
    ("is_named", "expected"), [(True, {"TLS-002"}), (False, set())]
)
def test_what_has_no_name_need_not_be_named(
    aws: Aws,
    is_named: bool,  # noqa: FBT001 - a parameter of the test
    expected: set[str],
) -> None:
    """A load balancer's own DNS name is in nobody's certificate."""
    other = replace(
        GOOD,
        names=("git.example.com",),
        is_trusted=False,
        distrust="names git.example.com and not jira.example.com",
        faults=(Fault.NAME,),
    )
    probe(aws, Minutes(), tls=other, is_named=is_named)

    assert expected == open_checks(aws)


def test_another_authority_s_certificate_is_told_for_a_week(aws: Aws) -> None:
    """A look remembers the certificate before, and until when that is news."""
    now = Minutes()
    probe(aws, now, tls=replace(GOOD, issuer="O=First"))
    other = replace(GOOD, issuer="O=Second")
    probe(aws, now, tls=other)
    at_once = open_checks(aws)
    probe(aws, now, tls=other)
    again = open_checks(aws)
    now.time += timedelta(days=7)
    probe(aws, now, tls=other)

    assert ({"DNS-005"}, {"DNS-005"}, set()) == (at_once, again, open_checks(aws))


def test_a_name_that_is_led_astray_is_told_when_it_lasts(aws: Aws) -> None:
    """Right after a record was changed, resolvers still have the old one."""
    now = Minutes()
    record: dict[str, Any] = {"addresses": ("203.0.113.99",)}
    probe(aws, now, tls=GOOD, **record)
    at_once = open_checks(aws)
    now.time += timedelta(minutes=30)
    probe(aws, now, tls=GOOD, **record)
    later = open_checks(aws)
    probe(aws, now, tls=GOOD, addresses=("203.0.113.7",))

    assert (set(), {"DNS-004"}, set()) == (at_once, later, open_checks(aws))


HOSTILE = (
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "2852039166",
    "0x7f.1",
    "127.0.0.1",
    "localhost",
    "10.0.0.7",
    "git.example.com/../../finding",
    "git.example.com\r\nHost: inside",
    "a" * 253,
    "finding/RF-003",
    "-oProxyCommand=x",
    "${jndi:ldap://x}",
)


@pytest.mark.parametrize("host", HOSTILE)
def test_a_hostile_host_name_touches_nothing_it_must_not(aws: Aws, host: str) -> None:
    """Nothing is dialled, and only its own look and doubt are written."""

    def look_up(name: str, timeout_s: float) -> tuple[Any, ...]:
        return (ip_address("127.0.0.1" if name == "localhost" else "169.254.169.254"),)

    request = ProbeRequest(host=host, port=443, account=ACCOUNT, region=REGION)
    before = set(aws.items(""))
    look(
        (request,),
        POLICY,
        Cause(kind="probe", id="probe-1"),
        observe=partial(observe, may_dial=public_only, look_up=look_up),
        table=FindingsTable(aws.client("dynamodb"), aws.table),
        observations=remembered(aws),
        now=Minutes(),
    )
    written = set(aws.items("")) - before

    assert {"look", "finding", "alert"} >= {item.partition("/")[0] for item in written}
    findings = [item for item in written if item.startswith("finding/")]
    assert all(item.startswith("finding/RF-005/") for item in findings)
    (look_item,) = (item for item in written if item.startswith("look/"))
    assert remembered(aws).looks(f"{ACCOUNT}/{REGION}")[0].error
    assert look_item == f"look/{name_of(request)}"
