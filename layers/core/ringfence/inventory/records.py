"""
Frozen records of what was seen.

Values only: no AWS keys, no I/O, no judgement.
Lists are tuples in AWS's order, tags a plain mapping, times are aware.
A field is None only where its comment says what that means.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ringfence.inventory.references import Reference
from ringfence.inventory.validations import Validation

Tags = Mapping[str, str]
Ports = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vpc:
    """*private_ipv6* are those of *ipv6_cidrs* that AWS never advertises."""

    id: str
    cidrs: tuple[str, ...] = ()
    ipv6_cidrs: tuple[str, ...] = ()
    private_ipv6: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subnet:
    id: str
    vpc: str
    cidr: str = ""
    ipv6_cidrs: tuple[str, ...] = ()
    zone: str = ""
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """*destination* is a CIDR or a prefix list's id; *target* ``local``, ``igw-…``…"""

    destination: str
    target: str
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTable:
    """*subnets* are the explicit associations, *gateways* the edge ones."""

    id: str
    vpc: str
    is_main: bool = False
    subnets: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AclEntry:
    """
    *protocol* is ``tcp``, ``udp``, ``icmp``, ``icmpv6``, ``all`` or a number.

    *ports* None means all; *icmp* is (type, code), -1 for all.
    """

    number: int
    is_egress: bool
    allows: bool
    protocol: str
    cidr: str
    ports: Ports | None = None
    icmp: tuple[int, int] = (-1, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAcl:
    id: str
    vpc: str
    is_default: bool = False
    subnets: tuple[str, ...] = ()
    entries: tuple[AclEntry, ...] = ()
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One security group rule with one source (or destination, for egress).

    *protocol* as in `AclEntry`. *ports* None means all (or that the protocol
    has none). *icmp* is (type, code), -1 for all. *source* is a CIDR, a
    prefix list's id (``pl-``) or a group's id (``sg-``), of which *reference* has
    more. *id* is None where DescribeSecurityGroupRules was not read.
    """

    group: str
    is_egress: bool
    protocol: str
    ports: Ports | None
    icmp: tuple[int, int]
    source: str
    description: str = ""
    id: str | None = None
    reference: Reference | None = None  # None: not told, or no group


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityGroup:
    id: str
    name: str = ""
    vpc: str | None = None  # None: EC2-Classic
    owner: str = ""
    description: str = ""
    rules: tuple[Rule, ...] = ()
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PrivateAddress:
    """A private IPv4 address and the public one mapped to it, if any."""

    private: str
    public: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkInterface:
    """*kind* is AWS's InterfaceType; *ipv6* holds addresses and delegated prefixes."""

    id: str
    vpc: str
    subnet: str
    instance: str | None = None  # None: not attached to an instance
    groups: tuple[str, ...] = ()
    kind: str = "interface"
    description: str = ""
    is_requester_managed: bool = False
    addresses: tuple[PrivateAddress, ...] = ()
    ipv6: tuple[str, ...] = ()
    denies_gateway_traffic: bool = False
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An Elastic IP address."""

    id: str
    public: str
    instance: str | None = None  # None: not associated with an instance
    interface: str | None = None  # None: not associated
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """An internet or egress-only internet gateway and the VPCs it is attached to."""

    id: str
    vpcs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NatGateway:
    id: str
    vpc: str
    subnet: str = ""
    state: str = ""
    is_public: bool = True
    public_addresses: tuple[str, ...] = ()
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixList:
    id: str
    name: str = ""
    owner: str = ""
    cidrs: tuple[str, ...] = ()
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peering:
    id: str
    state: str = ""
    requester_vpc: str = ""
    requester_cidrs: tuple[str, ...] = ()
    accepter_vpc: str = ""
    accepter_cidrs: tuple[str, ...] = ()
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    id: str
    image: str = ""
    state: str = ""
    vpc: str | None = None  # None: terminated, or EC2-Classic
    subnet: str | None = None  # as vpc
    type: str = ""
    launched_at: datetime | None = None  # the last start; None: not told
    created_at: datetime | None = None  # the first launch at the latest; None: as above
    profile: str | None = None  # ARN of the instance profile; None: none
    requires_imdsv2: bool = False
    interfaces: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    key_name: str | None = None  # None: no key pair
    root_device: str = ""
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """
    A machine image in use.

    *state* is AWS's, or ``gone`` when DescribeImages no longer knows the id.
    *alias* is AWS's word for an owner that it vouches for (``amazon``).
    """

    id: str
    state: str = "available"
    name: str = ""
    description: str = ""
    owner: str = ""
    alias: str = ""
    platform: str = ""
    architecture: str = ""
    virtualization: str = ""
    is_public: bool = False
    created_at: datetime | None = None  # None: gone
    deprecated_at: datetime | None = None  # None: never, or gone
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """
    What a listener or one of its rules does.

    *kind* is AWS's ActionTypeEnum. *targets* are the target groups of a
    forward with a weight above 0. *redirect_protocol* is ``HTTPS``, ``HTTP``
    or ``#{protocol}``, empty when it does not redirect. *lets_strangers_pass*:
    an authentication that forwards those who did not log in, too.
    """

    kind: str
    targets: tuple[str, ...] = ()
    redirect_protocol: str = ""
    redirect_port: str = ""
    lets_strangers_pass: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerRule:
    """*priority* is None for the default rule, which comes last."""

    id: str
    priority: int | None
    source_cidrs: tuple[str, ...] = ()
    has_other_conditions: bool = False
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """
    One port of a load balancer.

    *id* is the ARN, or ``<name>/<port>`` for a classic load balancer.
    *certificates* are ARNs. *rules* ends with the default one.
    """

    id: str
    balancer: str
    port: int
    protocol: str
    policy: str = ""
    certificates: tuple[str, ...] = ()
    rules: tuple[ListenerRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    """
    *id* is the ARN, or the name of a classic load balancer.

    *kind* is ``application``, ``network``, ``gateway`` or ``classic``.
    """

    id: str
    name: str
    kind: str
    is_internet_facing: bool
    vpc: str | None = None  # None: EC2-Classic
    state: str = "active"
    address_type: str = "ipv4"
    dns_name: str = ""
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """*id* is an instance, an IP address, a load balancer's or a function's ARN."""

    id: str
    port: int | None
    state: str
    zone: str = ""  # of an IP address, or ``all``; empty: not told


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGroup:
    """*id* is the ARN, or ``<name>/<instance port>`` for a classic load balancer."""

    id: str
    name: str
    kind: str
    protocol: str
    port: int | None
    vpc: str | None = None  # None: a Lambda function's
    preserves_client_ip: bool = False
    crosses_zones: bool | None = None  # None: as its load balancer
    is_ipv6: bool = False
    targets: tuple[Target, ...] = ()
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """
    A certificate in ACM or IAM.

    *id* is the ARN, *store* ``acm`` or ``iam``; *kind* ``issued`` (by ACM),
    ``private`` (by ACM's private authority) or ``imported``. *status* is ACM's
    CertificateStatus (``ISSUED`` for IAM's). *key* is such as ``RSA_2048`` or
    ``EC_prime256v1``; *signature* such as ``SHA256WITHRSA``; empty: not told.
    """

    id: str
    store: str
    kind: str
    status: str
    domain: str = ""
    names: tuple[str, ...] = ()
    subject: str = ""
    issuer: str = ""
    not_before: datetime | None = None  # None: not issued
    not_after: datetime | None = None  # None: not issued
    key: str = ""
    signature: str = ""
    is_self_signed: bool | None = None  # None: body not read
    is_renewable: bool = False
    renewal: str = ""
    failure: str = ""
    requested_at: datetime | None = None  # None: not told, or not of ACM's making
    validations: tuple[Validation, ...] = ()
    is_logged: bool | None = None  # in transparency logs; None: not told
    used_by: tuple[str, ...] = ()
    tags: Tags = field(default_factory=dict)
