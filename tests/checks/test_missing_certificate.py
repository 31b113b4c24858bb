"""LB-003: listeners whose certificate is gone."""

from dataclasses import replace

from ringfence.checks.missing_certificate import missing_certificate
from ringfence.finding import Problem
from ringfence.inventory.records import Listener
from tests.build import (
    BALANCER,
    CERTIFICATE,
    a_certificate,
    a_listener,
    an_estate,
    balanced,
)

IAM = "arn:aws:iam::111122223333:server-certificate/git"
GONE = balanced(a_listener(certificates=(IAM,)))
CLASSIC = balanced(
    Listener(
        id="web/443", balancer="web", port=443, protocol="SSL", certificates=(IAM,)
    ),
    kind="classic",
)
CLASSIC = replace(
    CLASSIC, load_balancers=(replace(CLASSIC.load_balancers[0], id="web"),)
)

FIRES = [GONE, CLASSIC]
QUIET = [
    replace(GONE, certificates=(a_certificate(id=IAM, store="iam"),)),
    balanced(a_listener(certificates=(CERTIFICATE,))),
    balanced(a_listener(80, "HTTP")),
    replace(GONE, load_balancers=()),
]


def test_names_listener_and_certificate() -> None:
    """The balancer is what people look at, the port tells which listener."""
    (problem,) = missing_certificate(an_estate(GONE))

    assert isinstance(problem, Problem)
    assert (BALANCER, "tcp-443") == (problem.resource, problem.discriminator)
    assert "names a certificate that is no longer in IAM: git." in problem.message


def test_a_classic_balancer_has_its_own_command() -> None:
    """The newer API does not know it."""
    (problem,) = missing_certificate(an_estate(CLASSIC))

    assert isinstance(problem, Problem)
    assert problem.fix
    assert problem.fix.startswith("aws elb set-load-balancer-listener-ssl-certificate ")
