"""Ways into a VPC that neither its gateways nor its balancers show: to records."""

from dataclasses import dataclass, field

from ringfence.inventory.answers import (
    Answers,
    Raw,
    flag,
    present,
    rows,
    structure,
    tags,
    text,
    text_or_empty,
    text_or_none,
    texts,
)
from ringfence.inventory.records import Tags

VPC_ORIGINS = "cloudfront.list_vpc_origins"
HTTP_LINKS = "apigatewayv2.get_vpc_links"
REST_LINKS = "apigateway.get_vpc_links"
CONNECT_ENDPOINTS = "ec2.describe_instance_connect_endpoints"
SERVICES = "ec2.describe_vpc_endpoint_service_configurations"
PERMISSIONS = "ec2.describe_vpc_endpoint_service_permissions"

LINK_NEEDS = (HTTP_LINKS, REST_LINKS)
SERVICE_NEEDS = (SERVICES, PERMISSIONS)

_GOING = frozenset(
    {"delete-in-progress", "delete-complete", "delete-failed", "create-failed"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcOrigin:
    """*target* is the ARN of the balancer or instance; it may be in another Region."""

    id: str
    arn: str
    target: str
    name: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VpcLink:
    """
    A link of API Gateway into a VPC.

    One of REST APIs leads to *targets*; one of HTTP APIs into *subnets*, to
    whatever its APIs name.
    """

    id: str
    name: str = ""
    targets: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectEndpoint:
    """An EC2 Instance Connect endpoint: a TCP proxy for whom IAM lets use it."""

    id: str
    vpc: str
    subnet: str = ""
    groups: tuple[str, ...] = ()
    preserves_client_ip: bool = False
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointService:
    """*balancers* offered to *principals* of other accounts by PrivateLink."""

    id: str
    needs_acceptance: bool = True
    balancers: tuple[str, ...] = ()
    principals: tuple[str, ...] = ()
    tags: Tags = field(default_factory=dict)


def read_vpc_origins(answers: Answers) -> tuple[VpcOrigin, ...]:
    """Each VPC origin of CloudFront, whichever Region it leads to."""
    if not answers.has(VPC_ORIGINS):
        return ()
    found = answers.one(VPC_ORIGINS, _origins)
    return tuple(
        VpcOrigin(
            id=text(raw, "Id"),
            arn=text(raw, "Arn"),
            target=text(raw, "OriginEndpointArn"),
            name=text_or_empty(raw, "Name"),
            status=text_or_empty(raw, "Status"),
        )
        for raw in found
    )


def _origins(raw: Raw) -> tuple[Raw, ...]:
    """The list's items, of whose keys those that are used are there."""
    items = tuple(rows(structure(raw, "VpcOriginList"), "Items"))
    for item in items:
        for key in ("Id", "Arn", "OriginEndpointArn"):
            text(item, key)
        for key in ("Name", "Status"):
            text_or_none(item, key)
    return items


def read_vpc_links(answers: Answers) -> tuple[VpcLink, ...]:
    """Those of HTTP APIs, then those of REST APIs."""
    if not all(answers.has(operation) for operation in LINK_NEEDS):
        return ()
    return (
        *answers.each(HTTP_LINKS, "Items", _http_link),
        *answers.each(REST_LINKS, "items", _rest_link),
    )


def _http_link(raw: Raw) -> VpcLink:
    return VpcLink(
        id=text(raw, "VpcLinkId"),
        name=text_or_empty(raw, "Name"),
        subnets=texts(raw, "SubnetIds"),
        groups=texts(raw, "SecurityGroupIds"),
    )


def _rest_link(raw: Raw) -> VpcLink:
    return VpcLink(
        id=text(raw, "id"),
        name=text_or_empty(raw, "name"),
        targets=texts(raw, "targetArns"),
    )


def read_connect_endpoints(answers: Answers) -> tuple[ConnectEndpoint, ...]:
    """Those that are there, or about to be."""
    if not answers.has(CONNECT_ENDPOINTS):
        return ()
    found = answers.each(CONNECT_ENDPOINTS, "InstanceConnectEndpoints", _endpoint)
    return tuple(endpoint for endpoint in found if endpoint)


def _endpoint(raw: Raw) -> ConnectEndpoint | None:
    if text_or_empty(raw, "State") in _GOING:
        return None
    return ConnectEndpoint(
        id=text(raw, "InstanceConnectEndpointId"),
        vpc=text_or_empty(raw, "VpcId"),
        subnet=text_or_empty(raw, "SubnetId"),
        groups=texts(raw, "SecurityGroupIds"),
        preserves_client_ip=flag(raw, "PreserveClientIp"),
        tags=tags(raw),
    )


def read_endpoint_services(answers: Answers) -> tuple[EndpointService, ...]:
    """The account's own, with whom it lets connect."""
    if not all(answers.has(operation) for operation in SERVICE_NEEDS):
        return ()

    def read(raw: Raw) -> EndpointService | None:
        name = text(raw, "ServiceId")
        allowed = answers.each_of(PERMISSIONS, name, "AllowedPrincipals", lambda it: it)
        if allowed is None:
            return None
        return EndpointService(
            id=name,
            needs_acceptance=flag(raw, "AcceptanceRequired"),
            balancers=(
                *texts(raw, "NetworkLoadBalancerArns"),
                *texts(raw, "GatewayLoadBalancerArns"),
            ),
            principals=present(allowed, "Principal"),
            tags=tags(raw),
        )

    found = answers.each(SERVICES, "ServiceConfigurations", read)
    return tuple(service for service in found if service)
