"""An event's resources lead to their VPCs, or to the whole Region."""

import pytest

from ringfence.collect import ec2
from ringfence.collect.locate import Whereabouts
from ringfence.inventory.records import SecurityGroup
from tests.build import an_inventory
from tests.collect.aws import RecordedAws, RefusedError
from tests.inventory.shapes import operation_model

ACCOUNT = "123456789012"
REGION = "eu-west-1"


def located(aws: RecordedAws, ids: frozenset[str]) -> frozenset[str] | None:
    """Ask where *ids* are, with nothing known."""
    return Whereabouts().vpcs_of(aws.session(), ACCOUNT, REGION, ids)


@pytest.mark.parametrize(
    "identity",
    [
        "sg-0a1",
        "eni-0a1",
        "i-0a1",
        "subnet-0a1",
        "rtb-0a1",
        "acl-0a1",
        "igw-0a1",
        "nat-0a1",
    ],
)
def test_every_kind_of_resource_is_found_in_its_vpc(identity: str) -> None:
    """One call for each kind."""
    aws = RecordedAws()

    found = located(aws, frozenset({identity}))

    assert frozenset({"vpc-0a1"}) == found
    assert all([identity] == values for values in _values(aws))


def test_a_vpc_is_its_own_and_costs_no_call() -> None:
    """Its id is all there is to know."""
    aws = RecordedAws()

    found = located(aws, frozenset({"vpc-1", "vpc-2"}))

    assert (frozenset({"vpc-1", "vpc-2"}), []) == (found, aws.calls)


def test_resources_of_one_kind_are_asked_for_together() -> None:
    """At most 200 in one filter."""
    aws = RecordedAws()
    groups = aws.responses["ec2.describe_security_groups"]["SecurityGroups"]
    groups[:] = [
        {"GroupId": f"sg-{number:03}", "VpcId": f"vpc-{number % 3}"}
        for number in range(250)
    ]

    found = located(aws, frozenset(group["GroupId"] for group in groups))

    assert frozenset({"vpc-0", "vpc-1", "vpc-2"}) == found
    assert {50, 200} == {len(values) for values in _values(aws)}


def test_an_instance_is_in_the_vpcs_of_all_its_interfaces() -> None:
    """One may be in another VPC than the instance's own."""
    aws = RecordedAws()
    (instance, *_) = aws.responses["ec2.describe_instances"]["Reservations"][0][
        "Instances"
    ]
    further = {"NetworkInterfaceId": "eni-0b1", "VpcId": "vpc-0b1"}
    instance["NetworkInterfaces"].append(further)

    found = located(aws, frozenset({"i-0a1"}))

    assert frozenset({"vpc-0a1", "vpc-0b1"}) == found


@pytest.mark.parametrize(
    "identity",
    [
        "sg-0dead",  # gone
        "i-0a3",  # terminated: in no VPC any more
        "igw-0a3",  # attached to nothing
        "pl-0a1",  # of a kind that is in no VPC
        "vpce-0a1",
        "",
    ],
)
def test_one_that_cannot_be_told_is_for_the_whole_region(identity: str) -> None:
    """A guess would narrow what is looked at."""
    aws = RecordedAws()

    assert located(aws, frozenset({"sg-0a1", identity})) is None


def test_a_refusal_is_for_the_whole_region() -> None:
    """Which then says what is missing."""

    def refuse(_name: str, _asked: object) -> None:
        raise RefusedError("UnauthorizedOperation")

    aws = RecordedAws(trouble=refuse)

    assert located(aws, frozenset({"sg-0a1"})) is None


def test_no_resource_is_in_no_vpc() -> None:
    """Nothing is asked."""
    aws = RecordedAws()

    assert (frozenset(), []) == (located(aws, frozenset()), aws.calls)


def test_what_stays_in_its_vpc_is_asked_for_once() -> None:
    """Groups and the like; instances and gateways are asked for again."""
    aws = RecordedAws()
    known = Whereabouts()
    ids = ("sg-0a1", "eni-0a1", "subnet-0a1", "rtb-0a1", "acl-0a1", "i-0a1", "igw-0a1")

    for identity in (*ids, *ids):
        found = known.vpcs_of(aws.session(), ACCOUNT, REGION, frozenset({identity}))
        assert frozenset({"vpc-0a1"}) == found

    again = _first_pages(aws)[len(ids) :]
    assert [["i-0a1"], ["igw-0a1"]] == again


def test_what_was_read_is_known() -> None:
    """A group that is gone by now was in the VPC where it was seen."""
    aws = RecordedAws()
    known = Whereabouts()
    known.note(
        an_inventory(
            account=ACCOUNT,
            region=REGION,
            security_groups=(SecurityGroup(id="sg-0dead", vpc="vpc-9"),),
        )
    )

    found = known.vpcs_of(aws.session(), ACCOUNT, REGION, frozenset({"sg-0dead"}))

    assert (frozenset({"vpc-9"}), []) == (found, aws.calls)
    assert located(aws, frozenset({"sg-0dead"})) is None


def test_another_regions_ids_are_others() -> None:
    """Nobody says that ids are unique in the world."""
    aws = RecordedAws()
    known = Whereabouts()
    known.vpcs_of(aws.session(), ACCOUNT, REGION, frozenset({"sg-0a1"}))
    known.vpcs_of(aws.session(), ACCOUNT, "us-east-1", frozenset({"sg-0a1"}))

    assert [["sg-0a1"], ["sg-0a1"]] == _first_pages(aws)


def test_locating_needs_no_permission_of_its_own() -> None:
    """Collecting has them all."""
    aws = RecordedAws()

    located(
        aws,
        frozenset({"sg-0a1", "eni-0a1", "i-0a1", "subnet-0a1", "rtb-0a1"}),
    )

    used = {f"ec2:{operation_model(name).name}" for name, _ in aws.calls}
    assert used <= set(ec2.ACTIONS)
    assert 5 == len(used)


def _values(aws: RecordedAws) -> list[list[str]]:
    return [
        (asked.get("Filters") or asked["Filter"])[0]["Values"] for _, asked in aws.calls
    ]


def _first_pages(aws: RecordedAws) -> list[list[str]]:
    """What was asked for, each once."""
    first = [asked for _, asked in aws.calls if "NextToken" not in asked]
    return [(asked.get("Filters") or asked["Filter"])[0]["Values"] for asked in first]
