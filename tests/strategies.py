"""Hypothesis strategies: CIDRs, rules and small estates."""

from hypothesis import strategies as st

from ringfence.inventory.records import Rule
from tests.build import a_rule

# Few values that overlap in every way say more than many that never meet.
CIDRS = st.sampled_from(
    (
        "0.0.0.0/0",
        "0.0.0.0/1",
        "128.0.0.0/1",
        "198.51.100.0/24",
        "198.51.100.0/25",
        "203.0.112.0/20",
        "10.0.0.0/8",
        "::/0",
        "2001:db8::/32",
        "sg-2",
    )
)
EDGES = st.sampled_from(
    (0, 21, 22, 23, 79, 80, 442, 443, 444, 1467, 1468, 5432, 5701, 7999, 8080, 65535)
)


@st.composite
def port_ranges(draw: st.DrawFn) -> tuple[int, int]:
    """Give a range whose ends are telling ports or beside them."""
    first, second = draw(EDGES), draw(EDGES)
    return min(first, second), max(first, second)


@st.composite
def inbound_rules(draw: st.DrawFn) -> tuple[Rule, ...]:
    """Give the rules of one group, each with an id of its own."""
    count = draw(st.integers(1, 6))
    protocols = st.sampled_from(("tcp", "tcp", "udp", "all"))
    found = []
    for number in range(count):
        protocol, ports = draw(protocols), draw(port_ranges())
        found.append(
            a_rule(
                None if protocol == "all" else ports,
                draw(CIDRS),
                protocol=protocol,
                name=f"sgr-{number}",
            )
        )
    return tuple(found)
