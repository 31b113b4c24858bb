"""EXP-001: administration that the internet reaches."""

from collections.abc import Iterator

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.openings import NEEDS, Kind
from ringfence.subjects.telling import Teller, doubts

_WHY = (
    "Whoever guesses or steals one credential, or knows one flaw in it, "
    "runs the machine."
)


@check(
    "EXP-001",
    "Administration port reachable from the internet",
    severity=Severity.CRITICAL,
    needs=NEEDS,
    fix="Revoke the rule; use Session Manager, a VPN or a trusted range.",
    guide=("S01", "S07", "D01", "D18", "D31"),
    relates=(
        "AWS FSBP EC2.13",
        "AWS FSBP EC2.14",
        "AWS FSBP EC2.19",
        "CIS AWS 3.0 5.2",
        "CIS AWS 3.0 5.3",
    ),
    types=(REACHABILITY,),
)
def exposed_admin_port(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    SSH, RDP, WinRM, Telnet, Docker and their like run the machine for whoever gets in.

    They are what scanners of the internet try first.
    Allowed are the ranges that the policy names as trusted, and ports that it
    names as public for the product.
    Behind a load balancer's authentication it is told, two steps milder.
    A range of more than 1024 ports is told once, by the worst that it covers.
    """
    teller = Teller(estate)
    for opening in teller.of_kind(Kind.ADMIN):
        yield teller.problem(opening, base=Severity.CRITICAL, why=_WHY)
    yield from doubts(estate)
