"""EXP-005: a port that nothing says the internet may reach."""

from collections.abc import Iterator
from functools import lru_cache

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Ports
from ringfence.openings import NEEDS, Kind, Opening
from ringfence.services import SERVICES
from ringfence.subjects.telling import Teller, doubts


@check(
    "EXP-005",
    "Port reachable from the internet that the profile does not allow",
    severity=Severity.MEDIUM,
    needs=NEEDS,
    fix="Revoke the rule, or name the port as public for the product in the policy.",
    guide=("S01", "S07", "D01", "D31"),
    relates=("AWS FSBP EC2.18",),
    types=(REACHABILITY,),
)
def unexpected_port(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Every open port that nobody asked for is one more program that strangers may try.

    Allowed are 443, a load balancer's port 80 that redirects to HTTPS, what the
    product's profile calls public (such as 7999 for Git over SSH), and what the
    policy adds to it. ICMP is left alone: an answer to a ping gives nothing away,
    and path MTU discovery needs the errors.
    Ports with a class of their own are EXP-001's to EXP-004's.
    Behind a load balancer's authentication it is told, two steps milder.
    """
    teller = Teller(estate)
    for opening in teller.of_kind(Kind.OTHER):
        risky = _cluster_port(opening.protocol, opening.ports or (0, -1))
        base = Severity.HIGH if risky else Severity.MEDIUM
        yield teller.problem(opening, base=base, why=_why(estate, opening, risky))
    yield from doubts(estate)


@lru_cache(maxsize=10_000)
def _cluster_port(protocol: str, ports: Ports) -> int | None:
    """Give a covered port on which code runs for whoever connects; None: none known."""
    low, high = ports
    for (name, port), service in SERVICES.items():
        if name == protocol and low <= port <= high and service.why:
            return port
    return None


def _why(estate: Estate, opening: Opening, risky: int | None) -> str:
    if risky is not None:
        service = SERVICES[opening.protocol, risky]
        return f"If {service.name} listens on port {risky}: {service.why}."
    product = estate.product_of(opening.resource)
    if product:
        profile = estate.profiles[product]
        public = ", ".join(str(port) for port in profile.public)
        return f"{profile.title} needs only {public} from outside."
    return "Neither the policy nor a product's profile asks for it."
