"""DNS-003: a product that faces the internet without a name."""

from collections import defaultdict
from collections.abc import Iterator

from ringfence.checks import check
from ringfence.discovery import NEEDS as ENDPOINTS
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.looks import Endpoint
from ringfence.subjects.held import NEEDS, held_now


@check(
    "DNS-003",
    "Product faces the internet without a name",
    severity=Severity.INFORMATIONAL,
    needs=NEEDS | ENDPOINTS | {"name_records"},
    fix="Give it a name in a public zone, and a certificate for that name.",
    guide=("S13",),
)
def nameless_product(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    No certificate names what has no name, so visitors learn to ignore warnings.

    A name also stays when the address or the load balancer changes.
    It is told only where records of this account lead to other things in this
    Region: elsewhere the names are kept in zones that are not seen.
    """
    if not held_now(estate):
        return
    by_resource: dict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in estate.endpoints:
        if endpoint.resource and endpoint.product and endpoint.is_public:
            by_resource[endpoint.resource].append(endpoint)
    for resource, endpoints in sorted(by_resource.items()):
        has_name = any(
            item.is_named or estate.names.lead_to([item.host]) for item in endpoints
        )
        if not has_name:
            yield _problem(estate, resource, endpoints)


def _problem(estate: Estate, resource: str, endpoints: list[Endpoint]) -> Problem:
    profile = estate.profile_of(resource)
    title = profile.title if profile else "A product"
    places = ", ".join(sorted({item.name for item in endpoints}))
    return Problem(
        resource=resource,
        message=f"{title} on {estate.label(resource)} faces the internet at {places}, "
        "and no record of this account's public zones leads there.",
        evidence={"endpoints": sorted({item.name for item in endpoints})},
    )
