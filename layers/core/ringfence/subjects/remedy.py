"""The AWS CLI commands that close what is open, with the real ids."""

import json
import shlex
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from ringfence.inventory import Inventory
from ringfence.inventory.records import Listener, Ports, Rule
from ringfence.openings import (
    Audience,
    Opening,
    is_wide,
    joined,
    target_port,
)
from ringfence.openings.kinds import Known
from ringfence.products import Profile
from ringfence.reach import Exposure

_SOURCE_KEYS = {
    "pl-": ("PrefixListIds", "PrefixListId"),
    "sg-": ("UserIdGroupPairs", "GroupId"),
}


class Culprits:
    """Finds the rules that let strangers in."""

    def __init__(
        self,
        admitting: Mapping[tuple[str, str | None], list[tuple[Rule, Audience]]],
        profile_of: Callable[[str], Profile | None],
    ) -> None:
        self._admitting = admitting
        self._profile_of = profile_of

    def of(self, opening: Opening) -> tuple[Rule, ...]:
        """
        Give the rules to revoke.

        At a load balancer's own group where it has one, for that is what the
        clients meet first; else at the target's. Rules that only pass by are left
        alone: for ports that may face the internet, and wide ones where narrow
        ones do it all.
        """
        guilty = {
            rule: who
            for row in opening.rows
            for passed in dict.fromkeys(_first_groups(row))
            for rule, who in self._admitting.get(passed, ())
            if _is_about(rule, row)
        }
        if opening.ports is None or opening.is_behind:
            return tuple(guilty)
        if is_wide(opening.ports):
            known = Known(self._profile_of(opening.resource))
            return tuple(rule for rule in guilty if not _may_stay(rule, known))
        narrow = {r: who for r, who in guilty.items() if not is_wide(_ports(r))}
        does_it_all = joined(narrow.values()).includes(opening.audience)
        return tuple(narrow if does_it_all else guilty)


def revoke_commands(region: str, rules: Iterable[Rule]) -> Iterator[str]:
    """Give one command per group that revokes *rules*."""
    by_group: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        by_group[rule.group].append(rule)
    for group, listed in by_group.items():
        way = "egress" if listed[0].is_egress else "ingress"
        command = (
            f"aws ec2 revoke-security-group-{way} --region {region} --group-id {group}"
        )
        known = [rule.id for rule in listed if rule.id]
        if known:
            yield f"{command} --security-group-rule-ids {' '.join(known)}"
        nameless = [_permission(rule) for rule in listed if not rule.id]
        if nameless:
            listing = shlex.quote(f"[{', '.join(nameless)}]")
            yield f"{command} --ip-permissions {listing}"


def redirect_commands(region: str, listener: Listener) -> Iterator[str]:
    """Give the commands that make *listener* redirect to HTTPS and do no more."""
    if not listener.id.startswith("arn:"):
        yield (
            f"aws elb delete-load-balancer-listeners --region {region} "
            f"--load-balancer-name {listener.balancer} "
            f"--load-balancer-ports {listener.port}"
        )
        return
    redirect = (
        "'Type=redirect,RedirectConfig={Protocol=HTTPS,Port=443,StatusCode=HTTP_301}'"
    )
    for rule in listener.rules:
        if all(action.redirect_protocol == "HTTPS" for action in rule.actions):
            continue
        if rule.priority is None:
            yield (
                f"aws elbv2 modify-listener --region {region} "
                f"--listener-arn {listener.id} --default-actions {redirect}"
            )
        else:
            yield (
                f"aws elbv2 modify-rule --region {region} "
                f"--rule-arn {rule.id} --actions {redirect}"
            )


def secure_commands(inventory: Inventory, listeners: Iterable[Listener]) -> str:
    """Give the commands that make *listeners* redirect, if there is HTTPS to go to."""
    secured = {
        item.balancer
        for item in inventory.listeners
        if item.protocol in ("HTTPS", "TLS", "SSL")
    }
    plain = [item for item in listeners if item.protocol == "HTTP"]
    lines = [
        line for item in plain for line in redirect_commands(inventory.region, item)
    ]
    if lines and not {item.balancer for item in plain} <= secured:
        lines.insert(0, "First give the load balancer an HTTPS listener on port 443.")
    return "\n".join(lines)


def delete_listener_command(region: str, listener: Listener) -> str:
    """Give the command that closes a load balancer's port."""
    if listener.id.startswith("arn:"):
        return (
            f"aws elbv2 delete-listener --region {region} --listener-arn {listener.id}"
        )
    return next(redirect_commands(region, listener))


def _first_groups(row: Exposure) -> Iterator[tuple[str, str | None]]:
    """Give group and rule of the first security groups on the path."""
    seen = False
    for hop in row.path:
        if hop.type == "security-group" and hop.id:
            seen = True
            yield hop.id, hop.rule
        elif hop.type == "listener" and seen:
            return


def _ports(rule: Rule) -> Ports:
    return rule.ports or (0, 65535)


def _may_stay(rule: Rule, known: Known) -> bool:
    """Whether *rule* is only for ports that may face the internet."""
    low, high = _ports(rule)
    return not is_wide((low, high)) and all(
        known.may_face_internet(rule.protocol, port) for port in range(low, high + 1)
    )


def _is_about(rule: Rule, row: Exposure) -> bool:
    if rule.protocol == "all":
        return True
    if rule.protocol != row.protocol:
        return False
    if rule.ports is None or row.ports is None:
        return True
    low, high = rule.ports
    return (low <= row.ports[1] and row.ports[0] <= high) or (
        low <= target_port(row) <= high
    )


@lru_cache(maxsize=20_000)
def _permission(rule: Rule) -> str:
    """Give *rule* as EC2's IpPermission, in JSON."""
    permission: dict[str, object] = {
        "IpProtocol": "-1" if rule.protocol == "all" else rule.protocol
    }
    if rule.protocol in ("icmp", "icmpv6"):
        permission |= {"FromPort": rule.icmp[0], "ToPort": rule.icmp[1]}
    elif rule.ports:
        permission |= {"FromPort": rule.ports[0], "ToPort": rule.ports[1]}
    elif rule.protocol in ("tcp", "udp"):
        permission |= {"FromPort": 0, "ToPort": 65535}
    is_ipv6 = ":" in rule.source
    cidr = ("Ipv6Ranges", "CidrIpv6") if is_ipv6 else ("IpRanges", "CidrIp")
    many, one = _SOURCE_KEYS.get(rule.source[:3], cidr)
    source = {one: rule.source, **_owner_and_way(rule)}
    return json.dumps(permission | {many: [source]})


def _owner_and_way(rule: Rule) -> Mapping[str, object]:
    """Give what EC2 must be told to find a group of another account or VPC."""
    if rule.reference is None:
        return {}
    told = {
        "UserId": rule.reference.account,
        "VpcId": rule.reference.vpc,
        "VpcPeeringConnectionId": rule.reference.peering,
    }
    return {key: value for key, value in told.items() if value}
