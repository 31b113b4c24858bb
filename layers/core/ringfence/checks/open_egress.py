"""SG-008: a product's instances may send anything anywhere."""

from collections.abc import Iterator

from ringfence import identity
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.groups import rules_as_text
from ringfence.subjects.remedy import revoke_commands

_EVERYWHERE = frozenset({"0.0.0.0/0", "::/0"})


@check(
    "SG-008",
    "Product may send anything to anywhere",
    severity=Severity.LOW,
    needs=identity.NEEDS,
    fix="Allow what the product calls (database, mail, HTTPS), then revoke the rule.",
    guide=("S07", "D31", "D34"),
)
def open_egress(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whoever gets code to run on the product needs a way to send the loot out.

    AWS gives every new group a rule for all protocols to everywhere. Told are
    groups that an instance of a recognised product carries, with such a rule;
    all ports of one protocol, or HTTPS to everywhere, are not told.
    """
    inventory = estate.inventory
    products = _products(estate)
    for group in inventory.security_groups:
        rules = [
            rule
            for rule in group.rules
            if rule.is_egress and rule.protocol == "all" and rule.source in _EVERYWHERE
        ]
        if not rules or group.id not in products:
            continue
        titles = ", ".join(sorted(products[group.id]))
        revoke = "\n".join(revoke_commands(inventory.region, rules))
        yield Problem(
            resource=group.id,
            message=f"{group.id} ({group.name}), which {titles} carries, allows "
            f"{'; '.join(rules_as_text(rules))}.",
            fix=f"{revoke}\nFirst allow what the product calls: its database and "
            "shared storage, DNS, mail, and HTTPS.",
            evidence={
                "group": group.id,
                "rules": [rule.id for rule in rules if rule.id],
                "opens": list(rules_as_text(rules)),
            },
        )


def _products(estate: Estate) -> dict[str, set[str]]:
    """Give the titles of the products whose instances carry each group."""
    products: dict[str, set[str]] = {}
    for interface in estate.inventory.network_interfaces:
        profile = estate.profile_of(interface.instance or "")
        if profile:
            for group in interface.groups:
                products.setdefault(group, set()).add(profile.title)
    return products
