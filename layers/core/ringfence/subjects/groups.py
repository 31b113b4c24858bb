"""Security group rules in words."""

from collections.abc import Iterable, Iterator

from ringfence.inventory.records import Rule


def rules_as_text(rules: Iterable[Rule]) -> Iterator[str]:
    """Give each rule as ``tcp 22 from 0.0.0.0/0``."""
    for rule in rules:
        if rule.protocol == "all":
            what = "everything"
        elif rule.ports is None:
            what = rule.protocol
        else:
            low, high = rule.ports
            what = f"{rule.protocol} {low}" + (f"-{high}" if high != low else "")
        yield f"{what} {'to' if rule.is_egress else 'from'} {rule.source}"
