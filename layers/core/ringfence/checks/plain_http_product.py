"""EXP-004: a product that the internet is served in plain HTTP."""

from collections.abc import Iterator
from functools import partial

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.openings import NEEDS, Kind
from ringfence.subjects.remedy import secure_commands
from ringfence.subjects.telling import Teller, doubts

_WHY = (
    "Passwords, session cookies and source code cross the internet "
    "for anybody on the way to read and change."
)


@check(
    "EXP-004",
    "Product served to the internet in plain HTTP",
    severity=Severity.HIGH,
    needs=NEEDS,
    fix="Serve HTTPS, and make port 80 redirect to it or close it.",
    guide=("S09", "S10", "D07"),
    relates=("AWS FSBP ELB.1",),
    types=(REACHABILITY,),
)
def plain_http_product(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Anybody on the way can read and change what is sent in plain HTTP.

    It is told of a load balancer's HTTP listener that forwards to a product, and
    of a product's instance that takes port 80 straight from the internet.
    A listener whose every rule redirects to HTTPS is fine: people still type bare
    host names. Whether an instance's own port 80 redirects only a probe can see
    (HTTP-001). The products' own connector ports are EXP-003's.
    """
    teller = Teller(estate)
    redirect = partial(secure_commands, estate.inventory)
    for opening in teller.of_kind(Kind.PLAIN_HTTP):
        yield teller.problem(opening, base=Severity.HIGH, why=_WHY, fix=redirect)
    yield from doubts(estate)
