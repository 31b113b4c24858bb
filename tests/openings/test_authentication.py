"""Openings behind a load balancer's login: milder, never silent, and said."""

from dataclasses import replace

from ringfence.checks.exposed_admin_port import exposed_admin_port
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import Action, ListenerRule
from tests import build

FORWARD = Action(kind="forward", targets=(build.TARGETS,))
LOGIN = Action(kind="authenticate-oidc")


def behind(*rules: ListenerRule) -> Inventory:
    """Give SSH behind an HTTPS listener with *rules*."""
    return build.balanced(replace(build.a_listener(), rules=rules), target_port=22)


def rule(*actions: Action, source: str = "") -> ListenerRule:
    """Give a rule for *source*, the default one if there is none."""
    return ListenerRule(
        id="rule",
        priority=1 if source else None,
        source_cidrs=(source,) if source else (),
        actions=actions,
    )


def problem(inventory: Inventory, **policy: object) -> Problem:
    """Give the one problem."""
    (found,) = exposed_admin_port(build.an_estate(inventory, **policy))
    assert isinstance(found, Problem)
    return found


def test_behind_a_login_it_is_two_steps_milder_and_said() -> None:
    """CRITICAL for everybody is MEDIUM for everybody who logs in."""
    found = problem(behind(rule(LOGIN, FORWARD)))

    assert Severity.MEDIUM == found.severity
    assert "SSH (TCP 443) is reachable from the internet, behind authentication" == (
        found.title
    )
    assert "only behind the listener's authentication (authenticate-oidc)" in (
        found.message
    )
    assert "no answer gets out" not in found.message


def test_one_who_is_not_asked_is_told_as_before() -> None:
    """A login that lets strangers pass changes nothing."""
    optional = replace(LOGIN, lets_strangers_pass=True)

    assert problem(behind(rule(FORWARD))) == problem(behind(rule(optional, FORWARD)))


def test_those_unasked_decide_the_title_and_the_rest_is_said() -> None:
    """A few come in unasked: the title is about them, the message about all."""
    few = "198.51.100.0/24"
    found = problem(behind(rule(FORWARD, source=few), rule(LOGIN, FORWARD)))

    assert "SSH (TCP 443) is reachable from 198.51.100.0/24" == found.title
    assert "; behind the listener's authentication (authenticate-oidc) from" in (
        found.message
    )
    assert Severity.MEDIUM == found.severity
    assert found.evidence["exposures"][0]["authenticated_by"] is None


def test_a_trusted_office_leaves_those_behind_the_login() -> None:
    """Whom the policy trusts is not told, so only the login's way is left."""
    office = "203.0.113.0/24"
    inventory = behind(rule(FORWARD, source=office), rule(LOGIN, FORWARD))

    found = problem(inventory, trusted={"office": (office,)})

    assert "behind authentication" in (found.title or "")
