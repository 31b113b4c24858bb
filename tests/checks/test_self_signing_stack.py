"""CERT-009: stacks that have instances sign for themselves."""

from dataclasses import replace

from ringfence.checks.self_signing_stack import self_signing_stack
from ringfence.finding import Doubt, Problem
from ringfence.inventory import Inventory
from ringfence.inventory.stacks import SELF_SIGNED, STACK_TAG, Stack
from ringfence.inventory.userdata import SetUp
from ringfence.snapshot import Gap
from tests.build import INSTANCE, a_listener, a_rule, an_estate, balanced, public


def made(inventory: Inventory, certificate: str = SELF_SIGNED) -> Inventory:
    """Give *inventory* with its instance made by a stack."""
    (instance,) = inventory.instances
    tags = {**instance.tags, STACK_TAG: "wiki"}
    return replace(
        inventory,
        instances=(replace(instance, tags=tags),),
        stacks=(Stack(name="wiki", certificate=certificate),),
    )


def told(by: str, *, product: str = "bitbucket", own: bool | None = None) -> Inventory:
    """Give an instance of a group and of a template, and what user data says."""
    inventory = public(a_rule(443), product="bitbucket")
    (instance,) = inventory.instances
    tags = {
        **instance.tags,
        "aws:ec2launchtemplate:id": "lt-1",
        "aws:ec2launchtemplate:version": "3",
        "aws:autoscaling:groupName": "wikis",
    }
    set_ups = [SetUp(by=by, signs_itself=True)]
    if own is not None:
        set_ups.append(SetUp(by=INSTANCE, signs_itself=own))
    return replace(
        inventory,
        instances=(replace(instance, tags=tags),),
        set_ups=tuple(set_ups),
    )


FIRES = [
    made(public(a_rule(443), product="bitbucket")),
    told(INSTANCE),
    told("launch template lt-1 version 3"),
    told("Auto Scaling group wikis"),
    told("something else", own=True),
]
QUIET = [
    told("launch template lt-1 version 2"),
    told("launch template lt-1 version 3", own=False),
    told("Auto Scaling group others"),
    made(public(a_rule(443), product="bitbucket"), "None"),
    made(public(a_rule(443), product="bitbucket"), ""),
    public(a_rule(443), product="bitbucket"),
    made(balanced(a_listener(443), product="bitbucket")),
    replace(FIRES[0], stacks=()),
]


def test_says_where_it_is_told_and_how_to_end_it() -> None:
    """The image's own files are named."""
    (problem,) = self_signing_stack(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert INSTANCE == problem.resource
    assert (
        "i-1 (bitbucket-prod) was set up to serve a certificate that it made for "
        "itself, says the stack wiki."
    ) == problem.message
    assert problem.fix
    assert "/etc/nginx/ssl/self-ssl.crt" in problem.fix


def test_says_whose_user_data_it_was() -> None:
    """The template is where it can be changed."""
    (problem,) = self_signing_stack(an_estate(told("launch template lt-1 version 3")))

    assert isinstance(problem, Problem)
    assert problem.message.endswith(
        "says the user data of launch template lt-1 version 3."
    )


def test_unreadable_user_data_is_no_pass() -> None:
    """It may say so, or not."""
    gap = Gap("ec2.describe_instance_attribute", "UnauthorizedOperation")
    inventory = replace(
        public(a_rule(443), product="bitbucket"), gaps={"set_ups": (gap,)}
    )

    (doubt,) = self_signing_stack(an_estate(inventory))

    assert Doubt(INSTANCE, "its user data could not be read") == doubt
