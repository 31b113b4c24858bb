"""What the checks of web ACLs share: what they stand before, evidence, commands."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ringfence import identity, openings
from ringfence.estate import Estate
from ringfence.finding import Doubt
from ringfence.identity import targets_behind
from ringfence.inventory.records import LoadBalancer
from ringfence.inventory.webacls import AclRule, WebAcl
from ringfence.openings import is_way_in
from ringfence.reach import Exposure
from ringfence.subjects.arrivals import is_direct

NEEDS = frozenset({"web_acls"}) | openings.NEEDS | identity.NEEDS


@dataclass(frozen=True, slots=True)
class Front:
    """
    An application load balancer before *products*, by their titles.

    *rows* are the ways by which strangers get through it to them. Where there are
    none, *because* says why that cannot be told; empty: nobody gets through.
    """

    balancer: LoadBalancer
    products: tuple[str, ...]
    rows: tuple[Exposure, ...]
    because: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A web ACL that strangers of a product meet, and what it stands before."""

    acl: WebAcl
    fronts: tuple[Front, ...]

    @property
    def before(self) -> str:
        """Say what it stands before."""
        names = ", ".join(front.balancer.name for front in self.fronts)
        products = {title for front in self.fronts for title in front.products}
        return f"{' and '.join(sorted(products))} (load balancer {names})"


def fronts(estate: Estate) -> Iterator[Front]:
    """Give the load balancers that can have a web ACL, and are before a product."""
    through = _through(estate)
    blind: dict[str, str] = {}
    for item in estate.exposures.unknown:
        blind.setdefault(item.resource, f"{item.interface}: {item.because}")
    behind = targets_behind(estate.inventory)
    for balancer in estate.inventory.load_balancers:
        if balancer.kind != "application":
            continue
        targets = behind.get(balancer.id, set())
        rows = tuple(through.get(balancer.id, ()))
        titles = _titles(estate, balancer, rows)
        if not titles:
            continue
        unknown = [blind[name] for name in (balancer.id, *targets) if name in blind]
        can_tell = rows or not balancer.is_internet_facing or not unknown
        yield Front(balancer, titles, rows, "" if can_tell else min(unknown))


def _through(estate: Estate) -> Mapping[str, Mapping[Exposure, None]]:
    """Give the ways of strangers by the load balancers that they lead through."""
    found: dict[str, dict[Exposure, None]] = defaultdict(dict)
    for row in estate.exposures.rows:
        if is_direct(row) or not is_way_in(row) or not estate.trust.left_of(row):
            continue
        for hop in row.path:
            # What ends at a load balancer, it answers itself.
            if hop.type == "load-balancer" and hop.id != row.resource:
                found[hop.id][row] = None
    return found


def _titles(
    estate: Estate, balancer: LoadBalancer, rows: Iterable[Exposure]
) -> tuple[str, ...]:
    """Give the products that are behind it, else the one that it is called like."""
    found = [estate.profile_of(name) for name in {row.resource for row in rows}]
    named = found if any(found) else [estate.profile_of(balancer.id)]
    return tuple(sorted({profile.title for profile in named if profile}))


def judged(estate: Estate) -> Iterator[Judged | Doubt]:
    """Give the web ACLs that strangers meet; a doubt where that cannot be told."""
    acls = estate.inventory.web_acls
    before = {front.balancer.id: front for front in fronts(estate)} if acls else {}
    for acl in acls:
        known = [before[name] for name in acl.balancers if name in before]
        reached = tuple(front for front in known if front.rows)
        doubtful = [front.because for front in known if front.because]
        if reached:
            yield Judged(acl, reached)
        elif doubtful:
            yield Doubt(acl.id, min(doubtful))


def evidence_of(acl: WebAcl) -> dict[str, object]:
    """Give what was read of *acl*, JSON-ready."""
    return {
        "web_acl": acl.name,
        "load_balancers": list(acl.balancers),
        "default_action": "Block" if acl.blocks_by_default else "Allow",
        "rules": [_shown(rule) for rule in acl.rules],
    }


def _shown(rule: AclRule) -> dict[str, object]:
    action = "Count" if rule.is_counting else rule.action
    shown: dict[str, object] = {"name": rule.name, "action": action or "as the group"}
    if rule.managed or rule.group:
        shown["group"] = rule.managed or rule.group
    if rule.counted:
        shown["counted"] = list(rule.counted)
    if rule.is_narrowed:
        shown["is_narrowed"] = True
    return shown


def change_commands(estate: Estate, acl: WebAcl, what: str) -> str:
    """Give the commands that change *acl*, which AWS takes only whole."""
    if acl.is_firewall_managers:
        return (
            "Firewall Manager keeps this web ACL: change its policy in the "
            f"administrator's account.\n{what}"
        )
    named = (
        f"--region {estate.inventory.region} --scope REGIONAL --name {acl.name} "
        f"--id {acl.id.rpartition('/')[2]}"
    )
    return (
        f"aws wafv2 get-web-acl {named} --query WebACL > acl.json\n"
        f"{what}\nTake ARN, Capacity, LabelNamespace and ManagedByFirewallManager out "
        "of acl.json, for the update does not know them.\n"
        f"aws wafv2 update-web-acl {named} --cli-input-json file://acl.json "
        f"--lock-token $(aws wafv2 get-web-acl {named} --query LockToken --output text)"
    )
