"""
What moto's network lacks beside AWS: filled here, in the server's process.

AWS shows a network interface for each subnet of a load balancer and for each
database, and every private address with its public one; public addresses come
from the ranges kept for documentation (RFC 5737, RFC 3849). A route to an internet
gateway that is not attached to the table's VPC is a blackhole.
"""

import itertools
from collections.abc import Iterator
from typing import Any

from moto.ec2.models import ec2_backends, elastic_ip_addresses, vpcs
from moto.ec2.models import elastic_network_interfaces as interfaces
from moto.ec2.models.amis import Ami
from moto.ec2.models.elastic_ip_addresses import ElasticAddressBackend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.internet_gateways import InternetGateway
from moto.ec2.models.nat_gateways import NatGatewayBackend
from moto.ec2.models.route_tables import Route
from moto.ec2.models.vpcs import VPCBackend
from moto.ec2.responses.elastic_ip_addresses import ElasticIPAddresses
from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces
from moto.elb.models import ELBBackend
from moto.elbv2.models import ELBv2Backend
from moto.rds.models import RDSBackend

from local.patching import after, before, replace


def install() -> None:
    """Fill the gaps."""
    addresses = _documentation_addresses()
    replace(elastic_ip_addresses, "random_ip", addresses.__next__)
    replace(interfaces, "random_public_ip", addresses.__next__)
    replace(vpcs, "random_ipv6_cidr", lambda: "2001:db8:1234:1a00::/56")
    after(ELBv2Backend, "create_load_balancer", _place_balancer)
    after(ELBv2Backend, "set_security_groups", _regroup_balancer)
    before(ELBv2Backend, "delete_load_balancer", _remove_balancer)
    after(ELBBackend, "create_load_balancer", _place_classic)
    after(RDSBackend, "create_db_instance", _place_database)
    after(VPCBackend, "create_vpc", _open_default_acl_to_ipv6)
    after(NatGatewayBackend, "create_nat_gateway", _ungroup_nat)
    before(ElasticNetworkInterfaces, "describe_network_interfaces", _show_public)
    _show_public_on_secondary()
    _date_deprecation()
    replace(Route, "state", property(_state))


def _documentation_addresses() -> Iterator[str]:
    nets = ("203.0.113", "192.0.2")
    return (
        f"{net}.{host}"
        for _ in itertools.count()
        for net in nets
        for host in range(10, 250)
    )


def _place(
    ec2: Any, subnet: Any, groups: list[str], description: str, requester: str
) -> NetworkInterface:
    """Put a requester-managed interface, in use, into *subnet*."""
    interface: NetworkInterface = ec2.create_network_interface(
        subnet, None, group_ids=list(groups), description=description
    )
    interface.requester_managed = True
    interface.requester_id = requester
    interface.status = "in-use"
    return interface


def _rename_network_balancer(self: Any, balancer: Any) -> None:
    """A network load balancer's ARN says ``net/``; moto says ``app/`` of any."""
    if balancer.type != "network":
        return
    old = balancer.arn
    balancer.arn = old.replace(":loadbalancer/app/", ":loadbalancer/net/")
    self.load_balancers[balancer.arn] = self.load_balancers.pop(old)
    self.tagging_service.copy_tags(old, balancer.arn)


def _place_balancer(self: Any, balancer: Any, *_: Any, **__: Any) -> None:
    _rename_network_balancer(self, balancer)
    description = _balancer_description(balancer)
    for subnet in balancer.subnets:
        groups = balancer.security_groups or []
        placed = _place(self.ec2_backend, subnet, groups, description, "amazon-elb")
        if balancer.type == "network":
            placed.interface_type = "network_load_balancer"
            if not groups:
                placed._group_set = []  # noqa: SLF001
        if balancer.scheme == "internet-facing":
            placed.public_ip = vars(interfaces)["random_public_ip"]()


def _regroup_balancer(self: Any, _: None, arn: str, sec_groups: list[str]) -> None:
    description = _balancer_description(self.load_balancers[arn])
    for interface in self.ec2_backend.enis.values():
        if interface.description == description:
            interface._group_set = [  # noqa: SLF001
                self.ec2_backend.get_security_group_from_id(group)
                for group in sec_groups
            ]


def _remove_balancer(self: Any, arn: str) -> None:
    if arn not in self.load_balancers:
        return
    description = _balancer_description(self.load_balancers[arn])
    enis = self.ec2_backend.enis
    for name in [name for name, eni in enis.items() if eni.description == description]:
        del enis[name]


def _balancer_description(balancer: Any) -> str:
    kind = {"application": "app", "network": "net", "gateway": "gwy"}[balancer.type]
    return f"ELB {kind}/{balancer.name}/{balancer.arn.rpartition('/')[2]}"


def _place_classic(self: Any, balancer: Any, *_: Any, **__: Any) -> None:
    ec2 = ec2_backends[self.account_id][self.region_name]
    for subnet in balancer.subnets or []:
        placed = _place(
            ec2,
            ec2.get_subnet(subnet),
            balancer.security_groups,
            f"ELB {balancer.name}",
            "amazon-elb",
        )
        if balancer.scheme == "internet-facing":
            placed.public_ip = vars(interfaces)["random_public_ip"]()


def _place_database(self: Any, database: Any, *_: Any) -> None:
    ec2 = ec2_backends[self.account_id][self.region_name]
    if database.db_subnet_group:
        groups = database.vpc_security_group_ids
        subnet = database.db_subnet_group._subnets[0]  # noqa: SLF001
        _place(ec2, subnet, groups, "RDSNetworkInterface", "amazon-rds")


def _ungroup_nat(_: Any, nat: Any, *__: Any, **___: Any) -> None:
    """A NAT gateway's interface has a kind of its own and no security group."""
    interface = nat._eni  # noqa: SLF001
    interface.interface_type = "nat_gateway"
    interface.description = f"Interface for NAT Gateway {nat.id}"
    interface.requester_managed = True
    interface.status = "in-use"
    interface._group_set = []  # noqa: SLF001


def _open_default_acl_to_ipv6(self: Any, vpc: Any, *_: Any, **__: Any) -> None:
    """AWS adds rules for IPv6 to the default network ACL with the VPC's range."""
    if not vpc.get_cidr_block_association_set(ipv6=True):
        return
    [acl] = [item for item in self.network_acls.values() if item.vpc_id == vpc.id]
    for is_egress in ("true", "false"):
        for number, action in ((101, "allow"), (32768, "deny")):
            self.create_network_acl_entry(
                acl.id, number, "-1", action, is_egress, *[None] * 5, "::/0"
            )


def _state(route: Any) -> str:
    """A detached gateway is in no VPC, and one must be detached to be deleted."""
    gateway: Any = route.gateway
    if not isinstance(gateway, InternetGateway):
        return "active"
    vpcs = [attachment["VpcId"] for attachment in gateway.attachments]
    return "active" if route.route_table.vpc_id in vpcs else "blackhole"


def _show_public(self: Any) -> None:
    """Give each private address its association, as AWS does."""
    for interface in self.ec2_backend.enis.values():
        for address in interface.private_ip_addresses:
            address.pop("Association", None)
            if address["PrivateIpAddress"] == interface.private_ip_address:
                if interface.public_ip:
                    address["Association"] = interface.association
            elif address["PrivateIpAddress"] in _secondary(interface):
                public = _secondary(interface)[address["PrivateIpAddress"]]
                address["Association"] = {
                    "publicIp": public,
                    "ipOwnerId": interface.owner_id,
                }


def _secondary(interface: Any) -> dict[str, str]:
    """The public addresses of secondary private ones."""
    known: dict[str, str] = interface.__dict__.setdefault("secondary_public", {})
    return known


def _show_public_on_secondary() -> None:
    """Associate an Elastic IP with the private address that the call names."""
    original = ElasticIPAddresses.associate_address
    plain = ElasticAddressBackend.associate_address

    def associate(response: Any) -> Any:
        private = response._get_param("PrivateIpAddress")  # noqa: SLF001
        backend = response.ec2_backend
        backend.private_ip_of_association = private
        return original(response)

    def associate_in(backend: Any, *given: Any, **named: Any) -> Any:
        private = backend.__dict__.pop("private_ip_of_association", None)
        eni = named.get("eni")
        if private is None or eni is None or private == eni.private_ip_address:
            return plain(backend, *given, **named)
        primary = eni.public_ip
        address = plain(backend, *given, **named)
        eni.public_ip = primary
        _secondary(eni)[private] = address.public_ip
        return address

    replace(ElasticIPAddresses, "associate_address", associate)
    replace(ElasticAddressBackend, "associate_address", associate_in)


def _date_deprecation() -> None:
    """Let the file of images say when one is deprecated; see DeprecationTime."""
    original = Ami.__init__

    def dated(
        self: Any, *given: Any, deprecation_time: str | None = None, **named: Any
    ) -> None:
        original(self, *given, **named)
        if deprecation_time:
            self.deprecation_time = deprecation_time

    replace(Ami, "__init__", dated)
