"""EXP-003: a port that a product keeps to itself, its peers or its proxy."""

from collections.abc import Iterator

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.openings import NEEDS, Kind, Opening, target_port
from ringfence.products import Profile
from ringfence.services import SERVICES
from ringfence.subjects.telling import Teller, doubts

_CONNECTOR = (
    "It is {}'s own connector, for a proxy only: whoever comes here goes around "
    "TLS, the access log and the web application firewall."
)


@check(
    "EXP-003",
    "Private port of a product reachable from the internet",
    severity=Severity.CRITICAL,
    needs=NEEDS,
    fix="Revoke the rule; let in only its nodes, its agents or its load balancer.",
    guide=("S07", "S09", "D01", "D31"),
    relates=("AWS FSBP EC2.18",),
    types=(REACHABILITY,),
)
def exposed_private_port(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A product's cluster, agent and management ports trust whoever connects.

    CVE-2020-36239 (Jira's Ehcache, 40001 and 40011) and CVE-2022-26133
    (Bitbucket's Hazelcast, 5701) gave code execution to anybody who could open
    a connection; JMX, AJP and the Java debugger are of the same kind.
    The HTTP connector's own ports (7990, 8080, 8090, 8085, 8095) pass by the
    proxy and with it TLS, the access log and the web application firewall: one
    step milder.
    Peers, agents and load balancers get in by security group; the internet
    only on the ports that the product's profile or the policy calls public.
    Behind a load balancer's authentication it is told, two steps milder.
    """
    teller = Teller(estate)
    for opening in teller.of_kind(Kind.PRIVATE):
        # Only a product has private ports: without one it would be another kind.
        profile = estate.profiles[estate.product_of(opening.resource) or ""]
        base, why = _judge(opening, profile)
        yield teller.problem(opening, base=base, why=why)
    yield from doubts(estate)


def _judge(opening: Opening, profile: Profile) -> tuple[Severity, str]:
    """Say how bad it is that strangers reach what *opening* covers, and why."""
    ports = _private_ports(opening, profile)
    inside = [port for port in ports if port not in profile.proxied]
    for port in inside:
        service = SERVICES.get((opening.protocol, port))
        if service and service.why:
            why = f"{profile.title} keeps port {port} private: {service.why}."
            return Severity.CRITICAL, why
    if inside:
        whom = "itself" if inside[0] in profile.loopback else "its own nodes"
        kept = f"{profile.title} keeps port {inside[0]} for {whom}"
        return Severity.CRITICAL, f"{kept} and does not ask who calls."
    return Severity.HIGH, _CONNECTOR.format(profile.title)


def _private_ports(opening: Opening, profile: Profile) -> list[int]:
    """Give the private ports that *opening* lets in, those for nobody else first."""
    inside = dict.fromkeys((*profile.peer, *profile.loopback))
    services = (port for name, port in SERVICES if name == opening.protocol)
    known = list(dict.fromkeys((*inside, *services, *profile.proxied)))
    if opening.is_behind:
        return [target_port(opening.rows[0])]
    low, high = opening.ports or (0, -1)
    return [port for port in known if low <= port <= high]
