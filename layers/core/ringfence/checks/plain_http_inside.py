"""LB-004: a product that the owner's own people are served in plain HTTP."""

from collections.abc import Iterable, Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.openings import NEEDS, stays_plain
from ringfence.reach import Exposure
from ringfence.subjects.listeners import place_of
from ringfence.subjects.remedy import secure_commands


@check(
    "LB-004",
    "Product served in plain HTTP to trusted networks",
    severity=Severity.LOW,
    needs=NEEDS,
    fix="Serve HTTPS, and make the HTTP listener redirect to it.",
    guide=("S09", "D07"),
    relates=("AWS FSBP ELB.1",),
)
def plain_http_inside(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Ranges that the policy trusts still cross the internet, where others can read.

    Atlassian's guide accepts plain HTTP for those who come through a VPN or
    Direct Connect alone, so a load balancer that nobody reaches from the internet
    weighs little. It is told of HTTP listeners that do more than redirect to
    HTTPS; where strangers get in, EXP-004 and its like tell it instead.
    """
    inventory = estate.inventory
    balancers = {balancer.id: balancer for balancer in inventory.load_balancers}
    plain = [
        (listener, balancers[listener.balancer], product)
        for listener in inventory.listeners
        if listener.protocol == "HTTP"
        and listener.balancer in balancers
        and stays_plain(listener)
        and (product := estate.product_of(listener.balancer))
    ]
    if not plain:
        return
    told = _listeners_on(
        inventory, (row for opening in estate.openings for row in opening.rows)
    )
    public = _listeners_on(inventory, estate.exposures.rows)
    for listener, balancer, product in plain:
        if listener.id in told:
            continue
        is_public = listener.id in public
        whom = (
            "ranges that the policy trusts, across the internet"
            if is_public
            else "those inside alone"
        )
        yield Problem(
            resource=balancer.id,
            discriminator=f"tcp-{listener.port}",
            message=f"{place_of(listener, balancer)} serves "
            f"{estate.profiles[product].title} in plain HTTP to {whom}.",
            severity=Severity.MEDIUM if is_public else Severity.LOW,
            fix=secure_commands(inventory, (listener,)),
            evidence={
                "listener": listener.id,
                "port": listener.port,
                "product": product,
                "is_reached_from_internet": is_public,
            },
        )


def _listeners_on(inventory: Inventory, rows: Iterable[Exposure]) -> frozenset[str]:
    """Give the ids of the listeners that *rows* pass or end at."""
    at = {(item.balancer, item.port): item.id for item in inventory.listeners}
    found: set[str] = set()
    for row in rows:
        found |= {hop.id for hop in row.path if hop.type == "listener"}
        if row.ports and (row.resource, row.ports[0]) in at:
            found.add(at[row.resource, row.ports[0]])
    return frozenset(found)
