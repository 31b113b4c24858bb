"""LB-001: listeners that allow TLS older than 1.2."""

from dataclasses import replace

from ringfence.checks.old_tls import old_tls
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import Listener
from ringfence.inventory.tls_policies import TlsPolicy
from tests.build import BALANCER, a_listener, an_estate, balanced

PREFIX = "ELBSecurityPolicy-"


def listening(policy: str, protocol: str = "HTTPS", port: int = 443) -> Inventory:
    """Give a load balancer whose one listener has *policy*."""
    return balanced(a_listener(port, protocol, policy=policy))


def internal(inventory: Inventory) -> Inventory:
    """Give *inventory* with its load balancer inside."""
    (balancer,) = inventory.load_balancers
    inside = replace(balancer, is_internet_facing=False)
    return replace(inventory, load_balancers=(inside,))


def classic(policy: str, *told: TlsPolicy) -> Inventory:
    """Give a classic load balancer whose one port has *policy*."""
    inventory = balanced(
        Listener(id="web/443", balancer="web", port=443, protocol="SSL", policy=policy),
        kind="classic",
    )
    (balancer,) = inventory.load_balancers
    own = replace(balancer, id="web", name="web")
    return replace(inventory, load_balancers=(own,), tls_policies=told)


def an_own_policy(lowest: str, broken: tuple[str, ...] = ()) -> TlsPolicy:
    """Give a policy that somebody made for the classic load balancer."""
    return TlsPolicy(id="web/own", lowest=lowest, is_forward_secret=True, broken=broken)


FIRES = [
    listening(f"{PREFIX}2016-08"),
    listening(f"{PREFIX}TLS13-1-0-PQ-2025-09"),
    listening(f"{PREFIX}TLS-1-1-2017-01"),
    listening(f"{PREFIX}FS-2018-06", "TLS", 7999),
    internal(listening(f"{PREFIX}2016-08")),
    classic("own", an_own_policy("SSLv3")),
    classic(f"{PREFIX}2014-01"),
]
QUIET = [
    listening(f"{PREFIX}TLS13-1-2-2021-06"),
    listening(f"{PREFIX}TLS-1-2-2017-01"),
    listening(f"{PREFIX}TLS13-1-3-2021-06"),
    classic("own", an_own_policy("TLSv1.2")),
    balanced(a_listener(443, "TCP"), kind="network"),
    balanced(a_listener(80, "HTTP")),
    listening(f"{PREFIX}TLS13-1-2-2031-01"),
]


def test_weighs_by_the_side_that_it_faces() -> None:
    """Inside, an attacker must be inside first."""
    found = [
        answer.severity
        for inventory in (FIRES[0], internal(FIRES[0]))
        for answer in old_tls(an_estate(inventory))
        if isinstance(answer, Problem)
    ]

    assert [Severity.MEDIUM, Severity.LOW] == found


def test_says_what_is_allowed_and_how_to_end_it() -> None:
    """The remedy is one command, down to the listener."""
    (problem,) = old_tls(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert (BALANCER, "tcp-443") == (problem.resource, problem.discriminator)
    assert (
        "Port 443 (HTTPS) of the internet-facing load balancer web lets clients "
        "negotiate TLSv1, as its policy ELBSecurityPolicy-2016-08 allows."
    ) == problem.message
    listener = FIRES[0].listeners[0].id
    assert problem.fix
    assert (
        f"aws elbv2 modify-listener --region eu-west-1 --listener-arn {listener} "
        "--ssl-policy ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    ) == problem.fix.splitlines()[0]


def test_a_policy_that_nobody_knows_is_no_pass() -> None:
    """AWS will make new ones; until one is read, nobody can tell."""
    (doubt,) = old_tls(an_estate(listening(f"{PREFIX}TLS13-1-2-2031-01")))

    assert isinstance(doubt, Doubt)
    assert "ELBSecurityPolicy-TLS13-1-2-2031-01" in doubt.because


def test_a_classic_balancer_s_own_policy_that_was_not_read_is_no_pass() -> None:
    """Its name may stand for anything."""
    (doubt,) = old_tls(an_estate(classic("own")))

    assert isinstance(doubt, Doubt)


def test_what_aws_says_of_a_classic_balancer_s_policy_counts_not_its_name() -> None:
    """Anybody may give a policy of his own the name of a good one."""
    name = f"{PREFIX}TLS-1-2-2017-01"
    own = replace(an_own_policy("TLSv1"), id=f"web/{name}")

    assert [] == list(old_tls(an_estate(classic(name))))
    assert 1 == len(list(old_tls(an_estate(classic(name, own)))))


def test_a_classic_balancer_gets_the_best_that_aws_predefines_for_it() -> None:
    """And whoever runs the commands is told what they take away."""
    (problem,) = old_tls(an_estate(FIRES[5]))

    assert isinstance(problem, Problem)
    assert problem.fix
    assert "AttributeValue=ELBSecurityPolicy-TLS-1-2-2017-01" in problem.fix
    assert "--load-balancer-port 443" in problem.fix
    assert "stickiness" in problem.fix
