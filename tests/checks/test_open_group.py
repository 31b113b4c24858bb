"""SG-001: groups that are open though nothing is reached."""

from ringfence.checks.open_group import open_group
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.accelerators import (
    Accelerator,
    AcceleratorListener,
    Endpoint,
    EndpointGroup,
)
from ringfence.inventory.records import PrefixList, PrivateAddress
from tests.build import (
    REGION,
    a_group,
    a_rule,
    an_acl,
    an_estate,
    an_instance,
    an_interface,
    an_inventory,
    public,
    rules,
)

WORLD = PrefixList(id="pl-1", cidrs=("0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/1"))


def unreached(*listed: object, **parts: object) -> Inventory:
    """Give an instance in a VPC without an internet gateway."""
    return public(*listed, internet_gateways=(), **parts)  # type: ignore[arg-type]


def accelerated(port: int) -> Inventory:
    """Give a private instance whose *port* an accelerator dials for its own 2222."""
    private = an_interface(addresses=(PrivateAddress("10.0.0.7"),))
    end = Endpoint(id="i-1", preserves_client_ip=True)
    group = EndpointGroup(
        id="acc-1/1/1", region=REGION, overrides=((2222, port),), endpoints=(end,)
    )
    listener = AcceleratorListener(
        id="acc-1/1", protocol="tcp", ports=((2222, 2222),), groups=(group,)
    )
    return public(
        a_rule(22),
        network_interfaces=(private,),
        accelerators=(Accelerator(id="acc-1", name="acc", listeners=(listener,)),),
    )


FIRES = [
    public(a_rule(5701), instances=(an_instance(state="stopped"),)),
    unreached(a_rule(22)),
    unreached(*rules((22, "0.0.0.0/1"), (22, "128.0.0.0/1"))),
    unreached(a_rule(5432, "::/0")),
    unreached(a_rule(5701)),
    unreached(a_rule(22, "pl-1"), prefix_lists=(WORLD,)),
    public(a_rule(22), network_acls=(an_acl(lets_out="10.0.0.0/8"),)),
    an_inventory(security_groups=(a_group(a_rule(22)),)),
]
QUIET = [
    public(a_rule(22), instances=(an_instance(state="stopped"),)),
    public(a_rule(22)),
    unreached(a_rule(443)),
    unreached(a_rule(22, "198.51.100.0/24")),
    unreached(a_rule(22, "10.0.0.0/8")),
    unreached(a_rule((0, 65535))),
    unreached(a_rule(None, protocol="all")),
    unreached(a_rule(22, is_egress=True)),
]


def test_unused_group_weighs_less() -> None:
    """A group that nothing has is only in wait."""
    used, unused = (
        next(iter(open_group(an_estate(inventory))))
        for inventory in (unreached(a_rule(22)), FIRES[-1])
    )

    assert isinstance(used, Problem)
    assert isinstance(unused, Problem)
    assert (Severity.MEDIUM, Severity.LOW) == (used.severity, unused.severity)


def test_port_accepted_by_the_policy_is_quiet() -> None:
    """What the policy calls public on a reached instance is nobody's business."""
    inventory = public(a_rule(22), product="bitbucket")
    estate = an_estate(inventory, products={"bitbucket": {"public": (22,)}})

    assert [] == list(open_group(estate))


def test_what_an_accelerator_leads_through_a_rule_is_reached() -> None:
    """The rule is about the endpoint's port, whatever the client dials."""
    assert [] == list(open_group(an_estate(accelerated(22))))
    assert 1 == len(list(open_group(an_estate(accelerated(443)))))


def test_what_is_not_known_is_not_called_unreached() -> None:
    """Where the network was not read, the message says so."""
    estate = an_estate(public(a_rule(22), route_tables=()))
    (problem,) = open_group(estate)

    assert isinstance(problem, Problem)
    assert "State: what is reached through it is not known." in problem.message


def test_unread_prefix_list_hides_no_rule_beside_it() -> None:
    """What another rule of the group opens is sure."""
    doubt, problem = open_group(
        an_estate(unreached(a_rule(3389, "pl-2"), a_rule(22, "0.0.0.0/0")))
    )

    assert isinstance(doubt, Doubt)
    assert isinstance(problem, Problem)
    assert "tcp-22" == problem.discriminator


def test_unread_prefix_list_is_doubt() -> None:
    """A list that could not be read may hold the whole internet."""
    inventory = unreached(a_rule(22, "pl-2"))

    assert [Doubt("sg-1", "the prefix list pl-2 could not be read")] == list(
        open_group(an_estate(inventory))
    )
