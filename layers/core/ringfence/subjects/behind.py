"""Which instances answer behind an endpoint."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ringfence.estate import Estate
from ringfence.identity import targets_behind
from ringfence.subjects.hosts import Host, hosts


def hosts_behind(estate: Estate) -> Mapping[str, Sequence[Host]]:
    """
    Give the hosts that each endpoint leads to, straight or through a load balancer.

    Targets by address are not followed: nobody says whose they are.
    """
    by_instance: dict[str, list[Host]] = defaultdict(list)
    for host in hosts(estate.inventory):
        for instance in host.instances:
            by_instance[instance.id].append(host)
    targets = targets_behind(estate.inventory)
    found: dict[str, list[Host]] = {}
    for endpoint in estate.endpoints:
        reached = targets.get(endpoint.resource, {endpoint.resource})
        behind = [host for name in sorted(reached) for host in by_instance[name]]
        each = {(host.resource, host.image): host for host in behind}
        found[endpoint.name] = list(each.values())
    return found
