"""Exposures and answers about them, in lines that people read."""

from dataclasses import replace

from ringfence.inventory.records import Action, Target
from ringfence.reach import exposures
from ringfence.reach.obstacles import Question
from ringfence.reach.why import why
from ringfence.render.exposures import answer_lines, exposure_line, exposure_table
from tests import build

BALANCED = build.balanced(build.a_listener())
LOGIN = (
    Action(kind="authenticate-oidc"),
    Action(kind="forward", targets=(build.TARGETS,)),
)


def test_a_row_behind_a_login_says_so() -> None:
    """In the table by its entry, in a line by the action."""
    inventory = build.balanced(build.a_listener(actions=LOGIN))
    (row,) = exposures(inventory).by_resource[build.INSTANCE]

    assert exposure_line(row).endswith("from 0.0.0.0/0, behind authenticate-oidc")
    assert "load-balancer, authenticated" in exposure_table([row])


def test_a_blocked_way_names_its_load_balancer_and_node() -> None:
    """One obstacle each for the direct way and for the one through the balancer."""
    (group,) = BALANCED.target_groups
    drained = replace(group, targets=(Target(build.INSTANCE, 8080, "draining"),))
    question = Question(resource=build.INSTANCE, protocol="tcp", port=443)
    answers = why(replace(BALANCED, target_groups=(drained,)), question)
    lines = [line for answer in answers for line in answer_lines(answer)]

    assert [
        "BLOCKED    10.0.0.7 eni-1",
        "  IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS  eni-1: it has no public address",
        ("BLOCKED    web-1.eu-west-1.elb.amazonaws.com web/subnet-1, through web"),
        f"  BAD_STATE  {build.TARGETS}: its target i-1 is draining",
    ] == lines


def test_a_load_balancer_that_passes_nothing_on_says_why() -> None:
    """It is reachable itself, and what stops packets behind it is told below."""
    listener = build.a_listener(actions=(build.REDIRECT,))
    question = Question(resource=build.BALANCER, protocol="tcp", port=443)
    (answer,) = why(build.balanced(listener), question)
    lines = list(answer_lines(answer))

    assert lines[0].startswith("REACHABLE")
    assert (
        "  no target gets them: ELBV2_LISTENER_REQUIRES_TG_ACCEPT  "
        f"{listener.id}: the default rule redirects them" == lines[-1]
    )
