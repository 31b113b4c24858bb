"""CERT-009: stacks that have instances sign for themselves."""

from dataclasses import replace

from ringfence.checks.self_signing_stack import self_signing_stack
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.stacks import SELF_SIGNED, STACK_TAG, Stack
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


FIRES = [made(public(a_rule(443), product="bitbucket"))]
QUIET = [
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
