"""EXP-002: a database, cache, search engine or file share that the internet reaches."""

from collections.abc import Iterator

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.openings import NEEDS, Kind
from ringfence.subjects.telling import Teller, doubts

_WHY = (
    "What is stored there is one password away from strangers, "
    "and many such services ask for none."
)


@check(
    "EXP-002",
    "Database, cache, search or file port reachable from the internet",
    severity=Severity.CRITICAL,
    needs=NEEDS,
    fix="Revoke the rule; let only the product's own security group in.",
    guide=("S02", "S07", "D01", "D20", "D31"),
    relates=("AWS FSBP EC2.18", "AWS FSBP EC2.19"),
    types=(REACHABILITY, "Effects/Data Exposure"),
)
def exposed_database(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    PostgreSQL, MySQL, Redis, OpenSearch, NFS and their like hold what thieves want.

    They belong in a private subnet, open to the product's security group alone.
    Allowed are the ranges that the policy names as trusted, and ports that it
    names as public for the product.
    Behind a load balancer's authentication it is told, two steps milder.
    """
    teller = Teller(estate)
    for opening in teller.of_kind(Kind.DATABASE):
        yield teller.problem(opening, base=Severity.CRITICAL, why=_WHY)
    yield from doubts(estate)
