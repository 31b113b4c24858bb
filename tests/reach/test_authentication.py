"""Who gets to a target only after a load balancer has asked who they are."""

from dataclasses import replace

import pytest

from ringfence.inventory import Inventory
from ringfence.inventory.records import Action, ListenerRule
from ringfence.reach import Exposure, Hop, exposure_json, exposures
from tests import build

FORWARD = Action(kind="forward", targets=(build.TARGETS,))
LOGIN = Action(kind="authenticate-oidc")
OPTIONAL = replace(LOGIN, lets_strangers_pass=True)
TOKEN = Action(kind="jwt-validation")
OFFICE = ("203.0.113.0/24",)


def a_rule(*actions: Action, **fields: object) -> ListenerRule:
    """Give the default rule that does *actions*, unless *fields* say more."""
    defaults: dict[str, object] = {"id": "default", "priority": None}
    return ListenerRule(**(defaults | fields), actions=actions)  # type: ignore[arg-type]


def listening(*rules: ListenerRule) -> Inventory:
    """Give a server behind a load balancer whose listener has *rules*."""
    return build.balanced(replace(build.a_listener(), rules=rules))


def rows_of(inventory: Inventory) -> list[Exposure]:
    """Give the rows of the server."""
    return list(exposures(inventory).by_resource.get(build.INSTANCE, ()))


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ((), None),
        ((LOGIN,), "authenticate-oidc"),
        ((Action(kind="authenticate-cognito"),), "authenticate-cognito"),
        ((TOKEN,), "jwt-validation"),
        ((OPTIONAL,), None),
    ],
)
def test_a_forward_is_behind_what_its_rule_asks_first(
    before: tuple[Action, ...], expected: str | None
) -> None:
    """An authentication that forwards strangers as well is no gate."""
    (row,) = rows_of(listening(a_rule(*before, FORWARD)))

    assert expected == row.authenticated_by
    assert expected == exposure_json(row)["authenticated_by"]


def test_the_path_names_the_authentication() -> None:
    """It stands between the listener's rule and the target group."""
    (row,) = rows_of(listening(a_rule(LOGIN, FORWARD)))
    kinds = [hop.type for hop in row.path]
    place = kinds.index("authentication")

    assert ["listener", "authentication", "target-group"] == kinds[
        place - 1 : place + 2
    ]
    assert Hop(build.a_listener().id, "authentication", LOGIN.kind) == row.path[place]


def test_the_load_balancer_itself_asks_nobody() -> None:
    """Its own row is what it answers everybody: the login."""
    found = exposures(listening(a_rule(LOGIN, FORWARD)))
    (row,) = found.by_resource[build.BALANCER]

    assert row.authenticated_by is None


def test_those_who_are_not_asked_are_in_a_row_of_their_own() -> None:
    """Each client is in one row; who gets in unasked is never behind a login."""
    office = a_rule(FORWARD, id="rule-1", priority=1, source_cidrs=OFFICE)
    rows = rows_of(listening(office, a_rule(LOGIN, FORWARD)))
    by_gate = {row.authenticated_by: row.sources for row in rows}

    assert OFFICE == by_gate[None]
    assert OFFICE[0] not in by_gate["authenticate-oidc"]
    assert 2 == len(rows)


def test_an_unasked_way_by_a_path_is_a_way() -> None:
    """What the client chooses may match, so a login for the other paths is none."""
    health = a_rule(FORWARD, id="rule-1", priority=1, has_other_conditions=True)
    (row,) = rows_of(listening(health, a_rule(LOGIN, FORWARD)))

    assert row.authenticated_by is None
