"""What is asked of OpenSearch Service, which has Elasticsearch's domains, too."""

from collections.abc import Iterable

from ringfence.collect.operation import (
    Operation,
    Parameters,
    Responses,
    Vpcs,
    batches,
)
from ringfence.inventory.searching import DOMAINS, NAMES

# IAM knows the service by its first name.
ACTIONS = ("es:DescribeDomains", "es:ListDomainNames")

# https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_DescribeDomains.html
_AT_ONCE = 5


def _named(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    names = (item["DomainName"] for item in responses[NAMES]["DomainNames"])
    return ({"DomainNames": batch} for batch in batches(names, _AT_ONCE))


OPERATIONS = (
    Operation(name=NAMES, key="DomainNames", is_of_vpcs=False),
    Operation(
        name=DOMAINS,
        key="DomainStatusList",
        needs=(NAMES,),
        requests=_named,
        is_of_vpcs=False,
    ),
)
