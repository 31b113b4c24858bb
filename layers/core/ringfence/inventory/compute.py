"""Instances, interfaces, addresses, images: from AWS's answers to records."""

from collections.abc import Iterator
from datetime import datetime
from sys import intern

from ringfence.inventory.answers import (
    Answers,
    Raw,
    cidr,
    cidr_or_none,
    cidrs,
    flag,
    inner,
    integer,
    moment,
    present,
    rows,
    shared_text,
    tags,
    text,
    text_or_empty,
    text_or_none,
)
from ringfence.inventory.launching import images_to_launch
from ringfence.inventory.records import (
    Address,
    Image,
    Instance,
    NetworkInterface,
    PrivateAddress,
)

INSTANCES = "ec2.describe_instances"


def read_instances(answers: Answers) -> tuple[Instance, ...]:
    reservations = answers.each(INSTANCES, "Reservations", _reservation)
    return tuple(instance for reservation in reservations for instance in reservation)


def read_network_interfaces(answers: Answers) -> tuple[NetworkInterface, ...]:
    return answers.each(
        "ec2.describe_network_interfaces", "NetworkInterfaces", _interface
    )


def read_addresses(answers: Answers) -> tuple[Address, ...]:
    return answers.each("ec2.describe_addresses", "Addresses", _address)


def read_images(answers: Answers) -> tuple[Image, ...]:
    """The images in use: AWS's, then those that it no longer knows."""
    known = answers.each("ec2.describe_images", "Images", read_image)
    wanted = images_in_use(answers) | images_to_launch(answers)
    gone = wanted - {image.id for image in known}
    return known + tuple(Image(id=image, state="gone") for image in sorted(gone))


def images_in_use(answers: Answers) -> frozenset[str]:
    """
    The images whose fate matters.

    A terminated instance stays listed for about an hour and runs nothing.
    """
    reservations = answers.each(INSTANCES, "Reservations", _images_of)
    return frozenset(image for images in reservations for image in images)


def _images_of(raw: Raw) -> tuple[str, ...]:
    alive = (item for item in rows(raw, "Instances") if _state(item) != "terminated")
    return present(tuple(alive), "ImageId")


def _state(instance: Raw) -> str:
    return text(inner(instance, "State"), "Name")


def _reservation(raw: Raw) -> tuple[Instance, ...]:
    return tuple(_instance(item) for item in rows(raw, "Instances"))


def _instance(raw: Raw) -> Instance:
    return Instance(
        id=text(raw, "InstanceId"),
        image=intern(text_or_empty(raw, "ImageId")),
        state=intern(_state(raw)),
        vpc=text_or_none(raw, "VpcId") or None,
        subnet=text_or_none(raw, "SubnetId") or None,
        type=intern(text_or_empty(raw, "InstanceType")),
        launched_at=moment(raw, "LaunchTime"),
        created_at=_created_at(raw),
        profile=text_or_none(inner(raw, "IamInstanceProfile"), "Arn"),
        requires_imdsv2=_requires_imdsv2(inner(raw, "MetadataOptions")),
        interfaces=present(rows(raw, "NetworkInterfaces"), "NetworkInterfaceId"),
        groups=_groups(raw, "SecurityGroups"),
        key_name=text_or_none(raw, "KeyName"),
        root_device=intern(text_or_empty(raw, "RootDeviceName")),
        tags=tags(raw),
    )


def _created_at(raw: Raw) -> datetime | None:
    """
    When it was launched first, at the latest.

    LaunchTime is the last start; the primary interface stays from the first on.
    """
    attached = (inner(item, "Attachment") for item in rows(raw, "NetworkInterfaces"))
    primary = (item for item in attached if integer(item, "DeviceIndex") == 0)
    told = (
        moment(raw, "LaunchTime"),
        *(moment(item, "AttachTime") for item in primary),
    )
    return min((one for one in told if one), default=None)


def _requires_imdsv2(options: Raw) -> bool:
    """Whether version 1 gets no answer: no endpoint answers none either."""
    return (
        text_or_none(options, "HttpTokens") == "required"
        or text_or_none(options, "HttpEndpoint") == "disabled"
    )


def _groups(raw: Raw, key: str) -> tuple[str, ...]:
    return tuple(shared_text(item, "GroupId") for item in rows(raw, key))


def _interface(raw: Raw) -> NetworkInterface:
    return NetworkInterface(
        id=text(raw, "NetworkInterfaceId"),
        vpc=shared_text(raw, "VpcId"),
        subnet=shared_text(raw, "SubnetId"),
        instance=text_or_none(inner(raw, "Attachment"), "InstanceId"),
        groups=_groups(raw, "Groups"),
        kind=intern(text_or_none(raw, "InterfaceType") or "interface"),
        description=text_or_empty(raw, "Description"),
        is_requester_managed=flag(raw, "RequesterManaged"),
        addresses=tuple(_private_addresses(raw)),
        ipv6=cidrs(rows(raw, "Ipv6Addresses"), "Ipv6Address")
        + cidrs(rows(raw, "Ipv6Prefixes"), "Ipv6Prefix"),
        denies_gateway_traffic=flag(raw, "DenyAllIgwTraffic"),
        tags=tags(raw, "TagSet"),
    )


def _private_addresses(raw: Raw) -> Iterator[PrivateAddress]:
    """
    Each private address with the public one that AWS maps to it.

    The interface's own association is its primary address's: it is said twice.
    """
    own = cidr_or_none(inner(raw, "Association"), "PublicIp")
    primary = cidr_or_none(raw, "PrivateIpAddress")
    listed = rows(raw, "PrivateIpAddresses")
    if not listed and primary:
        yield PrivateAddress(primary, own)
    for item in listed:
        private = cidr(item, "PrivateIpAddress")
        public = cidr_or_none(inner(item, "Association"), "PublicIp")
        is_primary = flag(item, "Primary") or private == primary
        yield PrivateAddress(private, public or (own if is_primary else None))


def _address(raw: Raw) -> Address:
    public = (
        text_or_none(raw, "PublicIp")
        or text_or_none(raw, "CarrierIp")
        or text_or_empty(raw, "CustomerOwnedIp")
    )
    return Address(
        # In EC2-Classic there were no allocations.
        id=text_or_none(raw, "AllocationId") or text(raw, "PublicIp"),
        public=public,
        instance=text_or_none(raw, "InstanceId") or None,
        interface=text_or_none(raw, "NetworkInterfaceId") or None,
        tags=tags(raw),
    )


def read_image(raw: Raw) -> Image:
    return Image(
        id=text(raw, "ImageId"),
        state=text_or_empty(raw, "State"),
        name=text_or_empty(raw, "Name"),
        description=text_or_empty(raw, "Description"),
        owner=text_or_empty(raw, "OwnerId"),
        alias=text_or_empty(raw, "ImageOwnerAlias"),
        platform=text_or_none(raw, "PlatformDetails") or text_or_empty(raw, "Platform"),
        architecture=text_or_empty(raw, "Architecture"),
        virtualization=text_or_empty(raw, "VirtualizationType"),
        is_public=flag(raw, "Public"),
        created_at=moment(raw, "CreationDate"),
        deprecated_at=moment(raw, "DeprecationTime"),
        tags=tags(raw),
    )
