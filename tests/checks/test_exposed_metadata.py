"""EXP-009: reachable instances that answer IMDSv1."""

from dataclasses import replace

from ringfence.checks.exposed_metadata import exposed_metadata
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import Action
from tests.build import (
    TARGETS,
    a_listener,
    a_rule,
    an_estate,
    an_instance,
    balanced,
    public,
)

PROFILE = "arn:aws:iam::111122223333:instance-profile/wiki"


def old(inventory: Inventory, **fields: object) -> Inventory:
    """Give *inventory* with its instance answering IMDSv1."""
    (instance,) = inventory.instances
    changed = replace(instance, requires_imdsv2=False, **fields)  # type: ignore[arg-type]
    return replace(inventory, instances=(changed,))


FIRES = [
    old(public(a_rule(443)), profile=PROFILE),
    old(balanced(a_listener())),
]
QUIET = [
    public(a_rule(443)),
    old(public(a_rule(443, "10.0.0.0/8"))),
    old(public(a_rule(443)), state="stopped"),
    public(a_rule(443), instances=(an_instance(),)),
]


def test_behind_a_login_it_weighs_less_and_is_said() -> None:
    """Whoever forges the request must have logged in first."""
    login = Action(kind="authenticate-cognito")
    forward = Action(kind="forward", targets=(TARGETS,))
    world = old(balanced(a_listener(actions=(login, forward))), profile=PROFILE)
    (problem,) = exposed_metadata(an_estate(world))

    assert isinstance(problem, Problem)
    assert Severity.LOW == problem.severity
    assert "on tcp 443, only behind authentication." in problem.message


def test_credentials_weigh_more() -> None:
    """An instance without a profile has no credentials to lose."""
    found = []
    for inventory in FIRES:
        (problem,) = exposed_metadata(an_estate(inventory))
        assert isinstance(problem, Problem)
        found.append(problem.severity)

    assert [Severity.MEDIUM, Severity.LOW] == found


def test_trusted_clients_are_no_strangers() -> None:
    """Where only trusted ranges get in, nobody sends forged requests."""
    inventory = old(public(a_rule(443, "198.51.100.0/24")))
    estate = an_estate(inventory, trusted={"office": ["198.51.100.0/24"]})

    assert [] == list(exposed_metadata(estate))
