"""AMI-001: old images."""

from dataclasses import replace

from ringfence.checks.old_image import old_image
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Action
from tests.build import (
    TAKEN_AT,
    TARGETS,
    a_listener,
    a_rule,
    an_estate,
    an_image,
    an_instance,
    balanced,
    days,
    imaged,
    in_a_group,
    public,
)

AGED = {"created_at": TAKEN_AT - days(400)}

FIRES = [imaged(**AGED)]
QUIET = [
    imaged(),
    imaged(state="gone", created_at=None),
    public(images=(an_image(**AGED),), instances=(an_instance(state="terminated"),)),
]


def test_who_must_log_in_first_is_no_stranger() -> None:
    """Behind a load balancer's authentication the age weighs as it does inside."""
    login = Action(kind="authenticate-oidc")
    forward = Action(kind="forward", targets=(TARGETS,))
    found = []
    for actions in ((forward,), (login, forward)):
        world = balanced(a_listener(actions=actions))
        aged = replace(world, images=(an_image(**AGED),))
        (problem,) = old_image(an_estate(aged))
        assert isinstance(problem, Problem)
        found.append(problem.severity)

    assert [Severity.MEDIUM, Severity.LOW] == found


def test_reachable_instance_weighs_more() -> None:
    """What the internet reaches is where missing patches matter."""
    reached = public(a_rule(443), images=(an_image(**AGED),))
    found = [next(iter(old_image(an_estate(item)))) for item in (FIRES[0], reached)]

    assert [Severity.LOW, Severity.MEDIUM] == [
        problem.severity for problem in found if isinstance(problem, Problem)
    ]


def test_instance_open_to_trusted_ranges_weighs_as_before() -> None:
    """Whom the policy trusts is not the internet."""
    office = "198.51.100.0/24"
    inventory = public(a_rule(443, office), images=(an_image(**AGED),))
    (problem,) = old_image(an_estate(inventory, trusted={"office": (office,)}))

    assert isinstance(problem, Problem)
    assert Severity.LOW == problem.severity


def test_age_is_the_policys() -> None:
    """How old is too old is for the owner to say."""
    assert [] == list(
        old_image(an_estate(FIRES[0], thresholds={"image_age_days": 500}))
    )


def test_unread_image_is_doubt() -> None:
    """An instance of whose image nothing is known is not fine."""
    assert [Doubt("i-1", "the image ami-1 was not read")] == list(
        old_image(an_estate(public(images=())))
    )


def test_finds_the_successor_by_name_and_owner() -> None:
    """The remedy asks for the newest image of the same name and owner."""
    (problem,) = old_image(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert problem.fix is not None
    assert (
        "--owners 137112412989 --filters 'Name=name,Values=al2023-ami-2023.9.*'"
        in problem.fix
    )


def test_a_group_s_instances_are_one_finding() -> None:
    """One launch template is mended once, however many instances it has made."""
    inventory = public(images=(an_image(**AGED),), **in_a_group(40))
    (problem,) = old_image(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert ("asg:nodes", "ami-1") == (problem.resource, problem.discriminator)
    assert problem.message.startswith("Auto Scaling group nodes runs from ami-1 ")
    assert "--auto-scaling-group-name 'nodes'" in (problem.fix or "")


def test_a_group_is_reachable_where_one_of_its_instances_is() -> None:
    """The weakest one counts."""
    inventory = public(a_rule(443), images=(an_image(**AGED),), **in_a_group(2))
    (problem,) = old_image(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert Severity.MEDIUM == problem.severity


def test_a_stopped_instance_is_milder_and_called_so() -> None:
    """It harms nobody until somebody starts it."""
    inventory = public(
        a_rule(443),
        images=(an_image(**AGED),),
        instances=(an_instance(state="stopped"),),
    )
    (problem,) = old_image(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert Severity.INFORMATIONAL == problem.severity
    assert problem.message.startswith("i-1, which is stopped, runs from ")
