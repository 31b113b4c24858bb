"""What the checks of listeners share: policies, names, evidence, commands."""

from collections.abc import Iterator
from dataclasses import dataclass

from ringfence.finding import Doubt
from ringfence.inventory import Inventory
from ringfence.inventory.records import Listener, LoadBalancer
from ringfence.inventory.tls_policies import PREDEFINED, PROTOCOLS, TlsPolicy

ENCRYPTED = frozenset({"HTTPS", "TLS", "SSL"})

# AWS's own recommendation, and the best that it predefines for a classic one.
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
BEST = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
BEST_CLASSIC = "ELBSecurityPolicy-TLS-1-2-2017-01"


@dataclass(frozen=True, slots=True)
class Front:
    """A listener that ends TLS, with its load balancer and what it allows."""

    listener: Listener
    balancer: LoadBalancer
    policy: TlsPolicy

    @property
    def allows_old(self) -> bool:
        """Whether clients may negotiate anything older than TLS 1.2."""
        return PROTOCOLS.index(self.policy.lowest) < PROTOCOLS.index("TLSv1.2")


def fronts(inventory: Inventory) -> Iterator[Front | Doubt]:
    """Give the listeners that end TLS; a doubt where nobody knows what one allows."""
    told = {policy.id: policy for policy in inventory.tls_policies}
    balancers = {balancer.id: balancer for balancer in inventory.load_balancers}
    for listener in inventory.listeners:
        balancer = balancers.get(listener.balancer)
        if balancer is None or listener.protocol not in ENCRYPTED:
            continue
        policy = (
            told.get(f"{listener.balancer}/{listener.policy}")
            or told.get(listener.policy)
            or PREDEFINED.get(listener.policy)
        )
        if policy:
            yield Front(listener, balancer, policy)
        else:
            named = listener.policy or "which AWS does not name"
            yield Doubt(
                balancer.id,
                f"what the TLS policy of port {listener.port}, {named}, allows was "
                "not read",
            )


def place_of(listener: Listener, balancer: LoadBalancer) -> str:
    """Give ``Port 443 (HTTPS) of the internet-facing load balancer web``."""
    side = "internet-facing" if balancer.is_internet_facing else "internal"
    return (
        f"Port {listener.port} ({listener.protocol}) of the {side} load balancer "
        f"{balancer.name}"
    )


def evidence_of(front: Front) -> dict[str, object]:
    """Give what was read of *front*, JSON-ready."""
    return {
        "listener": front.listener.id,
        "port": front.listener.port,
        "protocol": front.listener.protocol,
        "policy": front.listener.policy,
        "lowest_protocol": front.policy.lowest,
        "is_forward_secret": front.policy.is_forward_secret,
        "broken_ciphers": list(front.policy.broken),
        "is_internet_facing": front.balancer.is_internet_facing,
    }


def policy_commands(region: str, front: Front) -> str:
    """Give the commands that put a better policy on *front*'s listener."""
    listener = front.listener
    if front.balancer.kind != "classic":
        return (
            f"aws elbv2 modify-listener --region {region} "
            f"--listener-arn {listener.id} --ssl-policy {BEST}\n"
            "Clients that know nothing newer than TLS 1.1 no longer get in; the access "
            "log's ssl_protocol field tells whether there are any."
        )
    start = "--load-balancer-name " + front.balancer.name
    return (
        f"aws elb create-load-balancer-policy --region {region} {start} "
        "--policy-name ringfence-tls-1-2 --policy-type-name SSLNegotiationPolicyType "
        "--policy-attributes AttributeName=Reference-Security-Policy,"
        f"AttributeValue={BEST_CLASSIC}\n"
        f"aws elb set-load-balancer-policies-of-listener --region {region} {start} "
        f"--load-balancer-port {listener.port} --policy-names ringfence-tls-1-2\n"
        "That takes all other policies off the port: name its stickiness policy, too, "
        "if it has one."
    )
