"""Ways in that are neither gateways nor load balancers are read."""

import pytest

from ringfence.inventory.otherways import (
    ConnectEndpoint,
    EndpointService,
    VpcLink,
    VpcOrigin,
)
from ringfence.inventory.read import read
from ringfence.snapshot import SnapshotError
from tests.inventory.estate import a_snapshot, an_inventory, pages

ACCOUNT = "123456789012"
BALANCER = pages()["elbv2.describe_load_balancers"]["LoadBalancers"][0]


def test_an_origin_leads_to_its_target() -> None:
    """In this Region or another: its ARN tells."""
    first = an_inventory().vpc_origins[0]

    assert (
        VpcOrigin(
            id="vo_0a1",
            arn=f"arn:aws:cloudfront::{ACCOUNT}:vpcorigin/vo_0a1",
            target=BALANCER["LoadBalancerArn"],
            name="vo_0a1",
            status="Deployed",
        )
        == first
    )


def test_links_of_both_kinds_of_api_are_read() -> None:
    """One leads into subnets, the other to load balancers."""
    assert (
        VpcLink(id="0a1", name="jira", subnets=("subnet-0a1",), groups=("sg-0a1",)),
        VpcLink(id="0a2", name="git", targets=(BALANCER["LoadBalancerArn"],)),
    ) == an_inventory().vpc_links


def test_an_endpoint_that_is_gone_is_left_out() -> None:
    """AWS lists it for a while."""
    assert (
        ConnectEndpoint(
            id="eice-0a1",
            vpc="vpc-0a1",
            subnet="subnet-0a1",
            groups=("sg-0a1",),
            preserves_client_ip=True,
            tags={"Name": "way-in"},
        ),
    ) == an_inventory().connect_endpoints


def test_a_service_has_whom_it_lets_connect() -> None:
    """Nobody, everybody, or those that are named."""
    open_, closed = an_inventory().endpoint_services

    assert (
        EndpointService(
            id="vpce-svc-0a1",
            needs_acceptance=False,
            balancers=(BALANCER["LoadBalancerArn"],),
            principals=("*",),
            tags={"Name": "git"},
        )
        == open_
    )
    assert ((), True) == (closed.principals, closed.needs_acceptance)


def test_a_service_that_is_gone_meanwhile_is_left_out() -> None:
    """It was listed and offers nothing any more."""
    name = "ec2.describe_vpc_endpoint_service_permissions"
    answers = pages() | {name: dict.fromkeys(pages()[name])}

    assert () == read(a_snapshot(answers)).endpoint_services


def test_a_malformed_origin_names_its_operation() -> None:
    """Whoever wrote the snapshot finds the place."""
    origins = {"VpcOriginList": {"Items": [{"Id": "vo_1"}]}}

    with pytest.raises(SnapshotError, match="list_vpc_origins: Arn is missing"):
        an_inventory(cloudfront__list_vpc_origins=origins)


def test_an_account_without_any_has_empty_lists() -> None:
    """CloudFront leaves an empty list out."""
    inventory = an_inventory(
        cloudfront__list_vpc_origins={"VpcOriginList": {"Quantity": 0}},
        cloudfront__list_distributions={"DistributionList": {"Quantity": 0}},
    )

    assert () == inventory.vpc_origins
    assert "vpc_origins" in inventory.read
