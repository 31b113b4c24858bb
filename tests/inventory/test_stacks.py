"""Stacks are read for the one parameter that is kept."""

from ringfence.inventory.read import read
from ringfence.inventory.stacks import SELF_SIGNED, Stack
from tests.inventory.estate import a_snapshot, an_inventory, pages

ONE = "cloudformation.describe_stacks"


def test_a_stack_says_which_certificate_it_was_to_have() -> None:
    """In the template's own words."""
    assert (
        Stack(name="bitbucket-prod", certificate=SELF_SIGNED),
    ) == an_inventory().stacks


def test_a_stack_without_the_parameter_says_nothing() -> None:
    """Most templates do not have it; one may be gone since."""
    answer = pages()[ONE]
    del answer["bitbucket-prod"]["Stacks"][0]["Parameters"]
    answer["gone"] = None

    inventory = an_inventory(cloudformation__describe_stacks=answer)

    assert (Stack(name="bitbucket-prod"),) == inventory.stacks


def test_an_older_snapshot_was_not_asked_for_them() -> None:
    """It is neither read nor a gap."""
    responses = pages()
    del responses[ONE]

    inventory = read(a_snapshot(responses))

    assert "stacks" not in inventory.read | inventory.gaps.keys()


def test_a_stack_says_which_versions_it_was_to_launch() -> None:
    """By the parameters of Atlassian's templates."""
    answer = pages()[ONE]
    answer["bitbucket-prod"]["Stacks"][0]["Parameters"] += [
        {"ParameterKey": "BitbucketVersion", "ParameterValue": "7.21.3"},
        {"ParameterKey": "JiraVersion", "ParameterValue": ""},
        {"ParameterKey": "DBEngineVersion", "ParameterValue": "14"},
    ]

    (stack,) = an_inventory(cloudformation__describe_stacks=answer).stacks

    assert {"bitbucket": "7.21.3"} == stack.versions
