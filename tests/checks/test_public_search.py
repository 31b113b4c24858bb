"""EXP-015: search domains that strangers get to."""

from dataclasses import replace
from typing import Any

import pytest

from ringfence.checks.public_search import public_search
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.searching import SearchDomain
from ringfence.inventory.statements import Condition, Statement
from tests.build import ACCOUNT, VPC, a_group, a_network, a_rule, an_estate

ARN = f"arn:aws:es:eu-west-1:{ACCOUNT}:domain/search"


def let(*principals: str, **fields: Any) -> Statement:
    """Give a statement that lets *principals* do everything with the domain."""
    defaults: dict[str, Any] = {
        "allows": True,
        "actions": ("es:*",),
        "resources": (f"{ARN}/*",),
        "principals": principals,
    }
    return Statement(**(defaults | fields))


def when(operator: str, key: str, *values: str) -> dict[str, Any]:
    """Give a statement's one condition."""
    return {"conditions": (Condition(operator, key, values),)}


def public(*policy: Statement, **fields: Any) -> Inventory:
    """Give a domain with a public endpoint."""
    domain = SearchDomain(
        id="search", arn=ARN, engine="OpenSearch_2.19", policy=policy, **fields
    )
    return a_network(search_domains=(domain,))


def inside(*sources: str, port: int = 443, **fields: Any) -> Inventory:
    """Give a domain in the VPC whose group lets *sources* in."""
    rules = [a_rule(port, source, name=f"sgr-{source}") for source in sources]
    inventory = public(let("*"), vpc=VPC, groups=("sg-1",), **fields)
    return replace(inventory, security_groups=(a_group(*rules),))


OFFICE = when("IpAddress", "aws:sourceip", "198.51.100.0/24", "203.0.113.7")
ORGANISATION = when("StringEquals", "aws:principalorgid", "o-1")
ROLE = f"arn:aws:iam::{ACCOUNT}:role/bitbucket"

FIRES = [
    public(let("*")),
    public(let(ROLE)),
    public(),
    public(let("*", **OFFICE)),
    inside("0.0.0.0/0"),
]
QUIET = [
    inside("sg-2"),
    inside("10.0.0.0/16"),
    inside(),
    inside("0.0.0.0/0", port=80, requires_https=True),
    inside("0.0.0.0/0", port=9300),
    public(let("*"), subnets=("subnet-1",)),
]


def problem_of(inventory: Inventory, **policy: Any) -> Problem:
    """Give the one problem that the check sees."""
    (problem,) = public_search(an_estate(inventory, **policy))
    assert isinstance(problem, Problem)
    return problem


DENY_ELSEWHERE = let(
    "*", allows=False, **when("NotIpAddress", "aws:sourceip", "198.51.100.0/24")
)


@pytest.mark.parametrize(
    ("inventory", "severity"),
    [
        (public(let("*")), Severity.CRITICAL),
        (public(let("*", **when("Bool", "aws:securetransport", "true"))), "CRITICAL"),
        (
            public(let("*", **when("IpAddress", "aws:sourceip", "0.0.0.0/0"))),
            "CRITICAL",
        ),
        (public(let("*", actions=("es:ESHttpGet",))), Severity.CRITICAL),
        (public(let("*"), signs_in=True), Severity.MEDIUM),
        (public(let("*", **OFFICE)), Severity.HIGH),
        (public(let("*"), DENY_ELSEWHERE), Severity.HIGH),
        (public(let("*", **ORGANISATION)), Severity.LOW),
        (public(let("*"), let("*", allows=False)), Severity.LOW),
        (
            public(
                let("*"),
                let(
                    "*",
                    allows=False,
                    **when("StringNotEquals", "aws:sourcevpce", "vpce-1"),
                ),
            ),
            Severity.LOW,
        ),
        (
            public(
                let("*"),
                let("*", allows=False, **when("Bool", "aws:securetransport", "false")),
            ),
            Severity.CRITICAL,
        ),
        (public(let(ROLE)), Severity.LOW),
        (public(let("*", actions=("es:DescribeDomain",))), Severity.LOW),
        (inside("0.0.0.0/0"), Severity.MEDIUM),
        (inside("0.0.0.0/0", port=80), Severity.MEDIUM),
        (inside("10.0.0.0/8"), Severity.LOW),
    ],
)
def test_weighs_whom_the_access_policy_or_the_groups_let_in(
    inventory: Inventory, severity: Severity
) -> None:
    """Everybody, some, or nobody without credentials."""
    assert severity == problem_of(inventory).severity


def test_trusted_addresses_are_no_strangers() -> None:
    """An access policy for the office alone is as it should be."""
    trusted = {"office": ["198.51.100.0/24", "203.0.113.7/32"]}

    assert Severity.LOW == problem_of(FIRES[3], trusted=trusted).severity


@pytest.mark.parametrize(
    "policy",
    [
        [let("*", **when("StringEquals", "aws:requestedregion", "eu-west-1"))],
        [let("*", **when("StringEqualsIfExists", "aws:principalorgid", "o-1"))],
        [let("*", **when("StringLike", "aws:principalorgid", "*"))],
        [
            let("*"),
            let("*", allows=False, **when("StringEquals", "aws:useragent", "bot")),
        ],
    ],
)
def test_a_condition_that_cannot_be_judged_is_a_doubt(policy: list[Statement]) -> None:
    """It neither opens nor closes, so that it is no pass."""
    (doubt,) = public_search(an_estate(public(*policy)))

    assert isinstance(doubt, Doubt)
    assert "conditions that cannot be judged" in doubt.because


def test_a_group_that_was_not_read_is_a_doubt() -> None:
    """It may hold the whole internet."""
    blind = replace(inside(), security_groups=())

    assert [Doubt(ARN, "the security group sg-1 could not be read")] == list(
        public_search(an_estate(blind))
    )


def test_says_who_is_let_in_and_how_to_shut_it() -> None:
    """An endpoint cannot be moved, so both ways are named."""
    problem = problem_of(FIRES[0])

    assert (
        "The search domain search (OpenSearch_2.19) has a public endpoint, and its "
        "access policy lets in the whole internet without credentials."
    ) == problem.message
    assert problem.fix
    assert "aws opensearch update-domain-config --region eu-west-1" in problem.fix
