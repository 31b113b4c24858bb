"""Policies are read strictly, and say what is wrong with them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from ringfence.finding import Finding, Severity
from ringfence.policy import PolicyError, read_policy
from tests.probe.certificates import issue

FINDING = Finding(
    check="EXP-001",
    resource="i-0abc",
    severity=Severity.HIGH,
    title="t",
    message="m",
    fix="f",
    account="111122223333",
    region="eu-west-1",
    observed_at=datetime(2026, 11, 22, tzinfo=UTC),
    tags={"Owner": "build-team"},
)
WAIVER = """
waivers:
  - check: EXP-*
    resource: "i-*"
    tags: {Owner: "build-*"}
    reason: accepted until the move
    owner: alice@example.com
    expires: 2027-01-31
"""


def test_an_empty_policy_is_the_default() -> None:
    """No policy at all accepts nothing and has the default thresholds."""
    policy = read_policy("")

    assert ((), 180) == (policy.waivers, policy.thresholds.image_age_days)


def test_a_waiver_matches_by_globs_and_tags() -> None:
    """All that a waiver names must match."""
    (waiver,) = read_policy(WAIVER).waivers

    assert waiver.covers(FINDING)
    assert not waiver.covers(FINDING.model_copy(update={"check": "SG-001"}))
    assert not waiver.covers(FINDING.model_copy(update={"tags": {"Owner": "web"}}))
    assert not waiver.covers(FINDING.model_copy(update={"tags": {}}))


def test_an_exception_is_not_waived() -> None:
    """What an exception of the waiver matches stands."""
    text = WAIVER + "    except:\n      - resource: i-0abc\n"
    (waiver,) = read_policy(text).waivers

    assert not waiver.covers(FINDING)


def test_products_differ_only_where_told() -> None:
    """A product's override replaces the named ports and keeps the others."""
    policy = read_policy("products: {jira: {public: [443, 8443]}}")
    jira = policy.profiles()["jira"]

    assert ((443, 8443), "Jira") == (jira.public, jira.title)
    assert 40001 in jira.peer


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n- b", "must be a mapping"),
        ("a: [", "not YAML"),
        ("trusted: {office: [203.0.113.0/40]}", "trusted.office.0.*not an IPv4"),
        ("treshold: {}", "treshold: Extra inputs"),
        ("image_owners: ['amazon']", "image_owners.0.*match pattern"),
        ("products: {nexus: {public: [443]}}", "products.nexus.*'title' and 'names'"),
        (
            "waivers: [{reason: because I say so, owner: me, expires: 2027-01-01}]",
            "must name a check, a resource or a tag",
        ),
        (
            "waivers: [{check: SG-001, owner: me, expires: 2027-01-01}]",
            "waivers.0.reason: Field required",
        ),
        (
            "waivers: [{check: SG-001, reason: because so, owner: me, expires: soon}]",
            "waivers.0.expires",
        ),
    ],
)
def test_a_broken_policy_names_the_field(text: str, told: str) -> None:
    """The error says where the policy is wrong."""
    with pytest.raises(PolicyError, match=told):
        read_policy(text)


def test_roots_are_certificates(tmp_path: Path) -> None:
    """Roots that the owner's clients trust are PEM in a block of text."""
    roots = "".join(issue(tmp_path, name).pem for name in ("One Root", "Other Root"))

    assert roots == read_policy(yaml.safe_dump({"roots": roots})).roots


@pytest.mark.parametrize(
    ("roots", "told"),
    [
        ("example-root.pem", "roots: Value error, it holds no certificates in PEM"),
        ("{good}{bad}", "roots: Value error, certificate 2 in it cannot be parsed"),
        ("{key}", "roots: Value error, it holds a private key: take it out"),
    ],
)
def test_roots_that_are_none_are_refused(tmp_path: Path, roots: str, told: str) -> None:
    """A slip is told when the policy is read; a private key must never be kept."""
    made = issue(tmp_path, "Root")
    bad = "-----BEGIN CERTIFICATE-----\nYmFk\n-----END CERTIFICATE-----\n"
    text = roots.format(good=made.pem, bad=bad, key=made.path.read_text())

    with pytest.raises(PolicyError, match=told) as caught:
        read_policy(yaml.safe_dump({"roots": text}))

    assert "BEGIN" not in str(caught.value)


def test_an_endpoint_can_be_turned_off() -> None:
    """YAML's `off` keeps the probe, or only its requests, from an endpoint."""
    first, second, third = read_policy(
        "endpoints: [{host: a}, {host: b, http: off}, {host: c, probe: off}]"
    ).endpoints

    assert (True, True) == (first.probe, first.http)
    assert (True, False) == (second.probe, second.http)
    assert (False, True) == (third.probe, third.http)


def test_off_is_not_a_word_of_its_own() -> None:
    """A mistyped switch is told, not taken for on."""
    with pytest.raises(PolicyError, match=r"endpoints\.0\.http"):
        read_policy("endpoints: [{host: a, http: offf}]")
