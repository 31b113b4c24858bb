"""EXP-001: what counts as administration, and for whom it is open."""

from dataclasses import replace

from ringfence.checks.exposed_admin_port import exposed_admin_port
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import PrefixList, PrivateAddress
from tests.build import (
    a_group,
    a_listener,
    a_rule,
    an_acl,
    an_estate,
    an_interface,
    balanced,
    public,
    rules,
)

OFFICE = "198.51.100.0/24"
HALVES = rules((22, "0.0.0.0/1"), (22, "128.0.0.0/1"))

FIRES = [
    public(a_rule(22)),
    public(a_rule(3389)),
    public(a_rule(2375), product="bamboo"),
    public(*HALVES),
    public(a_rule(22, "pl-1"), prefix_lists=(PrefixList(id="pl-1", cidrs=(OFFICE,)),)),
    public(a_rule(None, protocol="all")),
    public(
        a_rule(22, "::/0"),
        network_interfaces=(an_interface(addresses=(), ipv6=("2a05:d018::7",)),),
    ),
    balanced(a_listener(2222, "TCP"), target_port=22, kind="network"),
]
QUIET = [
    public(a_rule(22, "10.0.0.0/8")),
    public(a_rule(22, "sg-2")),
    public(a_rule(22), internet_gateways=()),
    public(
        a_rule(22),
        network_interfaces=(an_interface(addresses=(PrivateAddress("10.0.0.7"),)),),
    ),
    public(a_rule(443), a_rule(5432)),
    balanced(
        a_listener(22, "TCP"), product="bitbucket", target_port=7999, kind="network"
    ),
]


def told(inventory: Inventory, **policy: object) -> list[Problem]:
    """Give the check's problems."""
    found = list(exposed_admin_port(an_estate(inventory, **policy)))
    return [answer for answer in found if isinstance(answer, Problem)]


def test_undo_names_region_group_and_rule() -> None:
    """The remedy is the exact command that revokes the rule on the path."""
    (problem,) = told(public(a_rule(22)))

    assert (
        "aws ec2 revoke-security-group-ingress --region eu-west-1 "
        "--group-id sg-1 --security-group-rule-ids sgr-1"
    ) == problem.fix


def test_undo_spells_out_rules_without_ids() -> None:
    """Where rule ids were not read, the permission itself is revoked."""
    (problem,) = told(public(a_rule(22, name=None)))

    assert problem.fix is not None
    assert problem.fix.endswith(
        """--ip-permissions '[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, """
        """"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]'"""
    )


def test_halves_of_the_internet_are_the_internet() -> None:
    """Two rules that together are everyone are judged, and undone, together."""
    (problem,) = told(public(*HALVES))

    assert Severity.CRITICAL == problem.severity
    assert "the whole IPv4 internet" in problem.message
    assert problem.fix is not None
    assert problem.fix.endswith("sgr-1 sgr-2")


def test_trusted_ranges_are_accepted() -> None:
    """A range that the policy trusts is nobody's business."""
    inventory = public(a_rule(22, OFFICE))

    assert [] == told(inventory, trusted={"office": (OFFICE,)})


def test_trusting_some_leaves_the_rest() -> None:
    """Taking out the trusted ranges leaves the internet as bad as it was."""
    (problem,) = told(public(a_rule(22)), trusted={"office": (OFFICE,)})

    assert Severity.CRITICAL == problem.severity
    assert "the whole IPv4 internet" in problem.message


def test_few_addresses_weigh_two_steps_less() -> None:
    """A public range too small to be the internet is named, and milder."""
    (problem,) = told(public(a_rule(22, OFFICE)))

    assert Severity.MEDIUM == problem.severity
    assert f"{OFFICE}, which the policy does not name as trusted" in problem.message


def test_a_connection_without_answers_is_none() -> None:
    """Where no answer gets out, nobody logs in: that is for the group checks to say."""
    closed = an_acl(lets_out="10.0.0.0/8")

    assert [] == told(public(a_rule(22), network_acls=(closed,)))


def test_wide_range_is_one_problem() -> None:
    """All ports are told once, by the worst that they cover."""
    (problem,) = told(public(a_rule((0, 65535))))

    assert "tcp-0-65535" == problem.discriminator


def test_wide_range_stays_one_whatever_is_open_inside() -> None:
    """A port open to more people within a range does not split the range's finding."""
    wide = a_rule((0, 65535), OFFICE)
    (before,) = told(public(wide))
    (after,) = told(public(wide, a_rule(443, name="sgr-2")))

    assert (before.discriminator, before.severity, before.fix) == (
        after.discriminator,
        after.severity,
        after.fix,
    )


def test_each_port_is_a_finding_of_its_own() -> None:
    """A newly opened port is news even on a resource that had a finding."""
    found = told(public(a_rule(22), a_rule(3389, name="sgr-2")))

    assert {"tcp-22", "tcp-3389"} == {problem.discriminator for problem in found}


def test_both_families_are_one_problem() -> None:
    """IPv4 and IPv6 on one port differ only in the rows of evidence."""
    inventory = public(
        a_rule(22),
        a_rule(22, "::/0", name="sgr-2"),
        network_interfaces=(replace(an_interface(), ipv6=("2a05:d018::7",)),),
    )
    (problem,) = told(inventory)

    assert "the whole internet" in problem.message
    assert 2 == len(problem.evidence["exposures"])


def test_port_that_the_policy_calls_public_is_accepted() -> None:
    """The owner may say that a product serves Git on port 22."""
    inventory = public(a_rule(22), product="bitbucket")

    assert [] == told(inventory, products={"bitbucket": {"public": (22, 443)}})


def test_warns_when_undoing_closes_more() -> None:
    """Revoking a range for one of its ports says that it closes the others."""
    (problem,) = told(public(a_rule((20, 22))))

    assert problem.fix is not None
    assert "closes more" in problem.fix


def test_unreadable_path_is_doubt() -> None:
    """A resource whose group was not read is told as unknown, once."""
    inventory = public(security_groups=(a_group(id="sg-other"),))
    found = list(exposed_admin_port(an_estate(inventory)))

    assert [Doubt("i-1", "eni-1: the security group sg-1 could not be read")] == found
