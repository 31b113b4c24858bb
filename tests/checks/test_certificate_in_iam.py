"""CERT-007: certificates in use that are kept in IAM."""

from ringfence.checks.certificate_in_iam import certificate_in_iam
from ringfence.finding import Problem
from tests.build import an_estate, certified

KEPT = {
    "id": "arn:aws:iam::111122223333:server-certificate/git",
    "store": "iam",
    "kind": "imported",
}

FIRES = [certified(**KEPT), certified(**KEPT, domain="", names=())]
QUIET = [certified(), certified(kind="imported"), certified(**KEPT, used_by=())]


def test_asks_acm_for_the_same_names() -> None:
    """The remedy is whole: nobody has to look the names up."""
    names = ("git.example.com", "www.example.com")
    (problem,) = certificate_in_iam(an_estate(certified(**KEPT, names=names)))

    assert isinstance(problem, Problem)
    assert problem.fix
    assert (
        "aws acm request-certificate --region eu-west-1 --domain-name git.example.com "
        "--validation-method DNS --subject-alternative-names www.example.com"
    ) == problem.fix.splitlines()[0]
