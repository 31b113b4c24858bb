"""Instances, interfaces, addresses and images are read as AWS means them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ringfence.inventory.records import (
    Address,
    Image,
    Instance,
    NetworkInterface,
    PrivateAddress,
)
from tests.inventory.estate import an_inventory


def test_an_instance_requires_imdsv2_when_tokens_are_required() -> None:
    """Optional tokens, and none told, leave version 1 open."""
    assert [True, False, False] == [
        instance.requires_imdsv2 for instance in an_inventory().instances
    ]


def test_an_instance_without_a_metadata_endpoint_answers_no_version() -> None:
    """Where the endpoint is off, version 1 is as closed as version 2."""
    instance = {
        "InstanceId": "i-1",
        "State": {"Name": "running"},
        "MetadataOptions": {"HttpTokens": "optional", "HttpEndpoint": "disabled"},
    }
    answer = {"Reservations": [{"Instances": [instance]}]}

    (read,) = an_inventory(ec2__describe_instances=answer).instances
    assert read.requires_imdsv2


def test_an_instance_has_its_groups_interfaces_profile_and_tags() -> None:
    """All that identifies it is kept."""
    assert (
        Instance(
            id="i-0a1",
            image="ami-0a1",
            state="running",
            vpc="vpc-0a1",
            subnet="subnet-0a1",
            type="m5.large",
            launched_at=datetime(2026, 1, 1, tzinfo=UTC),
            created_at=datetime(2026, 1, 1, tzinfo=UTC),
            profile="arn:aws:iam::123456789012:instance-profile/bitbucket",
            requires_imdsv2=True,
            interfaces=("eni-0a1",),
            groups=("sg-0a1", "sg-0a2"),
            key_name="ops",
            root_device="/dev/xvda",
            tags={
                "Name": "bitbucket-1",
                "team": "tools",
                "aws:cloudformation:stack-name": "bitbucket-prod",
            },
        )
        == an_inventory().instances[0]
    )


def test_a_terminated_instance_is_in_no_vpc() -> None:
    """AWS lists it for a while without its network."""
    assert (
        Instance(id="i-0a3", image="ami-0a8", state="terminated", type="t3.micro")
        == an_inventory().instances[2]
    )


def test_an_interface_has_every_private_address_with_its_public_one() -> None:
    """Secondary addresses have associations of their own."""
    assert (
        NetworkInterface(
            id="eni-0a1",
            vpc="vpc-0a1",
            subnet="subnet-0a1",
            instance="i-0a1",
            groups=("sg-0a1", "sg-0a2"),
            addresses=(
                PrivateAddress("10.0.1.7", "203.0.113.7"),
                PrivateAddress("10.0.1.8", "203.0.113.8"),
                PrivateAddress("10.0.1.9"),
            ),
            ipv6=("2001:db8:12:1::7", "2001:db8:12:1:8::/80"),
            tags={"Name": "node"},
        )
        == an_inventory().network_interfaces[0]
    )


def test_an_interface_s_own_association_is_its_primary_address_s() -> None:
    """Where the addresses do not say, the interface does, for the primary alone."""
    assert (
        NetworkInterface(
            id="eni-0a2",
            vpc="vpc-0a1",
            subnet="subnet-0a1",
            kind="nat_gateway",
            description="Interface for NAT Gateway nat-0a1",
            is_requester_managed=True,
            addresses=(
                PrivateAddress("10.0.1.20", "203.0.113.9"),
                PrivateAddress("10.0.1.21"),
            ),
            denies_gateway_traffic=True,
        )
        == an_inventory().network_interfaces[1]
    )


def test_an_interface_without_a_list_has_its_one_address() -> None:
    """Old dumps have no PrivateIpAddresses."""
    assert (
        NetworkInterface(
            id="eni-0a3",
            vpc="vpc-0a1",
            subnet="subnet-0a1",
            addresses=(PrivateAddress("10.0.1.30"),),
        )
        == an_inventory().network_interfaces[2]
    )


def test_an_address_may_be_associated_with_nothing() -> None:
    """Nor need it have an allocation, or be the internet's."""
    assert (
        Address(
            id="eipalloc-0a1",
            public="203.0.113.7",
            instance="i-0a1",
            interface="eni-0a1",
            tags={"Name": "web"},
        ),
        Address(id="eipalloc-0a3", public="203.0.113.30"),
        Address(id="203.0.113.31", public="203.0.113.31"),
        Address(id="eipalloc-0a4", public="198.51.100.40"),
    ) == an_inventory().addresses


def test_an_image_in_use_that_aws_no_longer_knows_is_gone() -> None:
    """So is one that a template names; a terminated instance's is nobody's concern."""
    assert (
        Image(
            id="ami-0a1",
            name="al2023-ami-2023",
            description="Amazon Linux",
            owner="137112412989",
            platform="Linux/UNIX",
            architecture="x86_64",
            is_public=True,
            created_at=datetime(2023, 5, 1, 12, 34, 56, tzinfo=UTC),
            deprecated_at=datetime(2025, 5, 1, 12, 34, tzinfo=UTC),
            tags={"release": "9"},
        ),
        Image(id="ami-0a9", state="gone"),
        *(Image(id=f"ami-0b{number}", state="gone") for number in (1, 3, 9)),
    ) == an_inventory().images


@pytest.mark.parametrize(
    "told",
    [
        "2026-01-01T00:00:00Z",
        "2026-01-01T01:00:00.000+01:00",
        "2026-01-01T00:00:00",
        1767225600,
        1767225600.0,
        datetime(2026, 1, 1, tzinfo=UTC),
    ],
)
def test_a_time_is_read_however_it_is_written(told: object) -> None:
    """Live answers, the AWS CLI's two versions and AWS's own text agree."""
    assert datetime(2026, 1, 1, tzinfo=UTC) == _launched(told)


@pytest.mark.parametrize("told", ["soon", True, {}, 1e30])
def test_a_time_that_is_none_is_an_error(told: object) -> None:
    """It names the operation and the key."""
    with pytest.raises(ValueError, match=r"describe_instances: .*LaunchTime"):
        _launched(told)


def test_an_instance_is_as_old_as_its_primary_interface() -> None:
    """LaunchTime is the last start; a second interface may come from anywhere."""
    attached: list[dict[str, Any]] = [
        {"NetworkInterfaceId": "eni-1", "Attachment": {"DeviceIndex": 0}},
        {"NetworkInterfaceId": "eni-2", "Attachment": {"DeviceIndex": 1}},
    ]
    for interface, year in zip(attached, (2019, 2015), strict=True):
        interface["Attachment"]["AttachTime"] = f"{year}-05-01T00:00:00Z"
    instance = {
        "InstanceId": "i-1",
        "State": {"Name": "running"},
        "LaunchTime": "2026-01-01T00:00:00Z",
        "NetworkInterfaces": attached,
    }
    answer = {"Reservations": [{"Instances": [instance]}]}

    (read,) = an_inventory(ec2__describe_instances=answer).instances

    assert datetime(2019, 5, 1, tzinfo=UTC) == read.created_at


def _launched(told: object) -> datetime | None:
    instance = {"InstanceId": "i-1", "State": {"Name": "running"}, "LaunchTime": told}
    answer = {"Reservations": [{"Instances": [instance]}]}
    (read,) = an_inventory(ec2__describe_instances=answer).instances
    return read.launched_at
