"""Policies are read strictly, and say what is wrong with them."""

from datetime import UTC, datetime

import pytest

from ringfence.finding import Finding, Severity
from ringfence.policy import PolicyError, read_policy

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
