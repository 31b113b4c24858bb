"""Ways in that another service decides about are told apart from all others."""

from dataclasses import replace

import pytest

from ringfence.evaluate import evaluate
from ringfence.inventory import Inventory
from ringfence.inventory.otherways import (
    ConnectEndpoint,
    EndpointService,
    VpcLink,
    VpcOrigin,
)
from ringfence.reach import exposures
from ringfence.reach.otherways import other_ways, unread_ways
from ringfence.reach.unread import told_exposures
from ringfence.snapshot import Gap
from tests.build import ACCOUNT, BALANCER, VPC, a_listener, an_estate, balanced

NODE = f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-1"
ORIGIN = VpcOrigin(
    id="vo_1",
    arn=f"arn:aws:cloudfront::{ACCOUNT}:vpcorigin/vo_1",
    target=BALANCER,
)
WORLD = balanced(a_listener())
EVERY = replace(
    WORLD,
    vpc_origins=(ORIGIN,),
    vpc_links=(
        VpcLink(id="l1", name="git", targets=(BALANCER,)),
        VpcLink(id="l2", name="jira", subnets=("subnet-1",)),
    ),
    connect_endpoints=(ConnectEndpoint(id="eice-1", vpc=VPC),),
    endpoint_services=(
        EndpointService(id="vpce-svc-1", balancers=(BALANCER,), principals=("*",)),
    ),
)


def test_each_way_names_what_it_leads_to_and_who_decides() -> None:
    """What is told is what AWS tells, and who gets through is not made up."""
    told = [(way.entry, way.resource, way.because) for way in other_ways(EVERY)]

    assert [
        (
            "cloudfront-vpc-origin",
            BALANCER,
            (
                "the CloudFront VPC origin vo_1 leads to it; who gets through is "
                "decided at CloudFront, by the distributions that use it"
            ),
        ),
        (
            "api-gateway",
            BALANCER,
            (
                "the API Gateway VPC link l1 (git) leads to it; who gets through is "
                "decided at API Gateway"
            ),
        ),
        (
            "api-gateway",
            "l2",
            (
                "the API Gateway VPC link l2 (jira) leads into subnet-1; to what and "
                "who gets through is decided at API Gateway"
            ),
        ),
        (
            "instance-connect-endpoint",
            "eice-1",
            (
                "the EC2 Instance Connect endpoint eice-1 leads to private addresses "
                f"of {VPC} from its own address; who gets through is decided by IAM "
                "(ec2-instance-connect:OpenTunnel)"
            ),
        ),
        (
            "endpoint-service",
            BALANCER,
            (
                "the endpoint service vpce-svc-1 offers it by PrivateLink to every AWS "
                "account, after acceptance"
            ),
        ),
    ] == told


@pytest.mark.parametrize(
    ("origin", "resources"),
    [
        (replace(ORIGIN, target=NODE), ["i-1"]),
        (replace(ORIGIN, target=NODE.replace("eu-west-1", "us-east-1")), []),
        (ORIGIN, [BALANCER]),
    ],
)
def test_an_origin_is_told_in_the_region_that_it_leads_to(
    origin: VpcOrigin, resources: list[str]
) -> None:
    """CloudFront is global; each Region tells its own."""
    inventory = replace(WORLD, vpc_origins=(origin,))

    assert resources == [way.resource for way in other_ways(inventory)]


def test_a_service_that_lets_nobody_connect_is_no_way_in() -> None:
    """AWS lets nobody in until somebody is named."""
    service = EndpointService(id="vpce-svc-1", balancers=(BALANCER,))

    assert () == other_ways(replace(WORLD, endpoint_services=(service,)))


def test_they_make_nothing_doubtful() -> None:
    """Rows, unknowns and the verdicts of checks stay as they were."""
    told = told_exposures(EVERY)

    assert exposures(WORLD) == replace(told, elsewhere=())
    assert other_ways(EVERY) == told.elsewhere
    before, after = (evaluate(an_estate(one)) for one in (WORLD, EVERY))
    assert (before.findings, before.unknowns) == (after.findings, after.unknowns)


def test_what_could_not_be_read_is_told_by_kind() -> None:
    """No list of ways is not the same as no ways."""
    gap = Gap("cloudfront.list_vpc_origins", "AccessDenied")
    blind: Inventory = replace(WORLD, gaps={"vpc_origins": (gap,)})

    (way,) = unread_ways(blind)

    assert ("cloudfront-vpc-origin", "*") == (way.entry, way.interface)
    assert "(cloudfront.list_vpc_origins: AccessDenied)" in way.because
