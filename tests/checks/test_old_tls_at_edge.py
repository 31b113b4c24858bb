"""LB-005: CloudFront and old TLS."""

import botocore.session
import pytest
from botocore.model import StringShape

from ringfence.checks.old_tls_at_edge import old_tls_at_edge
from ringfence.finding import Doubt, Problem, Severity
from tests.build import DISTRIBUTION, an_estate, an_inventory, distributed

FIRES = [
    distributed(lowest_protocol="TLSv1"),
    distributed(lowest_protocol="TLSv1.1_2016"),
    distributed(lowest_protocol="TLSv1.2_2018"),
    distributed(lowest_protocol="TLSv1", has_own_certificate=False),
]
QUIET = [
    distributed(),
    distributed(lowest_protocol="TLSv1.2_2019"),
    distributed(lowest_protocol="TLSv1", is_enabled=False),
    an_inventory(distributions=FIRES[0].distributions),
]


@pytest.mark.parametrize(
    ("inventory", "severity"),
    [
        (FIRES[0], Severity.MEDIUM),
        (FIRES[2], Severity.LOW),
        (FIRES[3], Severity.MEDIUM),
    ],
)
def test_weighs_by_what_is_allowed(inventory: object, severity: Severity) -> None:
    """Without forward secrecy an attacker needs the key, too."""
    (problem,) = old_tls_at_edge(an_estate(inventory))  # type: ignore[arg-type]

    assert isinstance(problem, Problem)
    assert (DISTRIBUTION, severity) == (problem.resource, problem.severity)


def test_every_security_policy_that_the_sdk_knows_is_known() -> None:
    """A new one fails here before it is a doubt in somebody's account."""
    model = botocore.session.get_session().get_service_model("cloudfront")
    shape = model.shape_for("MinimumProtocolVersion")
    assert isinstance(shape, StringShape)

    for name in shape.enum:
        found = list(old_tls_at_edge(an_estate(distributed(lowest_protocol=name))))
        assert not [answer for answer in found if isinstance(answer, Doubt)], name


def test_one_that_nobody_knows_is_no_pass() -> None:
    """AWS will make new ones."""
    (doubt,) = old_tls_at_edge(an_estate(distributed(lowest_protocol="TLSv1.3_2031")))

    assert isinstance(doubt, Doubt)


def test_without_an_own_certificate_there_is_nothing_to_choose() -> None:
    """The remedy starts with the name."""
    (problem,) = old_tls_at_edge(an_estate(FIRES[3]))

    assert isinstance(problem, Problem)
    assert problem.fix
    assert problem.fix.startswith("Give it a name of yours")
    assert "aws cloudfront update-distribution --id E1 " in problem.fix
