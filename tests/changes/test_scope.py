"""What a change makes Ringfence re-read: never less than the call touched."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ringfence.changes import EVENTS, Change, ChangeError, PlacedChange, read_change
from ringfence.changes.worldwide import regions_of
from tests.changes.records import ACCOUNT, BASE, CALLS, REGION, Call, any_call, event

garbage = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(
        [
            "",
            [],
            {},
            [None],
            [[]],
            {"omitted": True},
            {"items": None},
            {"tag": 1},
            {"tag": "1", "content": None},
            {"value": {}},
            "sg-",
            "HIDDEN_DUE_TO_SECURITY_REASONS",
            "<sensitiveDataRemoved>",
            "\ud800",
            "\x00",
            "\u202esg",
            "9" * 5000,
            10**4000,
        ]
    ),
    st.text(max_size=20),
    st.lists(st.text(max_size=5), max_size=3),
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every key of every object in *value*, however deep."""
    found: list[tuple[Any, ...]] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += [(*at, key), *places(inner, (*at, key))]
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += places(inner, (*at, number))
    return found


@st.composite
def spoiled(draw: DrawFn) -> tuple[Call, dict[str, Any]]:
    """A call, and its event with some members lost, renamed or overwritten."""
    call = draw(any_call)
    told = {"requestParameters": call.asked, "responseElements": call.answered}
    told = copy.deepcopy(told)
    for _ in range(draw(st.integers(0, 3))):
        known = places(told)
        *above, key = draw(st.sampled_from(known)) if known else [""]
        inside: Any = told
        for step in above:
            inside = inside[step]
        how = draw(st.sampled_from(["lose", "overwrite", "upper", "add"]))
        if how == "overwrite":
            inside[key] = copy.deepcopy(draw(garbage))
        elif how == "add":
            new = draw(st.sampled_from(["x", "tag", "tagSet"]))
            inside[new] = copy.deepcopy(draw(garbage))
        elif key in inside:
            lost = inside.pop(key)
            if how == "upper":
                inside[key.upper()] = lost
    return call, {"detail": BASE | call.event["detail"] | told}


def read(told: Any) -> Change:
    change = read_change(told)
    assert change is not None
    return change


def test_every_call_that_leads_to_vpcs_has_a_builder() -> None:
    """The table and the recorded shapes know the same calls."""
    leading = {name for name, places in EVENTS["ec2.amazonaws.com"].items() if places}

    assert leading == set(CALLS)


@given(any_call)
def test_a_record_as_aws_writes_it_leads_to_what_was_touched(call: Call) -> None:
    """Not to the Region, and to no VPC of a rule's source or a route's target."""
    change = read(call.event)
    is_by_name = "groupName" in (call.asked or {}) and not call.answered

    assert is_by_name or call.touched == change.ids


@settings(max_examples=300)
@given(spoiled())
def test_no_scope_is_narrower_than_the_truth(
    case: tuple[Call, dict[str, Any]],
) -> None:
    """Whatever is lost, renamed or overwritten, all that was touched is re-read."""
    call, told = case
    change = read(told)

    assert change.ids is None or _as_good_as(call, change.ids)


def _as_good_as(call: Call, ids: frozenset[str]) -> bool:
    """Whether *ids* lead to the VPCs that *call* touched: a new group to its own."""
    if call.name == "CreateSecurityGroup":
        return ids <= {call.asked.get("vpcId"), call.answered["groupId"]}
    return call.touched <= ids


@given(spoiled())
def test_whatever_a_record_holds_can_be_kept_and_sent(
    case: tuple[Call, dict[str, Any]],
) -> None:
    """A change goes through the table, the stream and the topic as UTF-8 JSON."""
    change = read(case[1])

    assert change == Change.model_validate_json(change.model_dump_json())


every = [
    (source, name, where)
    for source, names in EVENTS.items()
    for name, where in names.items()
]
keys = st.sampled_from(
    [
        "items",
        "groupId",
        "ipPermissions",
        "ipRanges",
        "cidrIp",
        "securityGroupRule",
        "securityGroupRuleSet",
        "securityGroupRuleId",
        "routeTableId",
        "destinationCidrBlock",
        "networkAclId",
        "ruleNumber",
        "egress",
        "name",
        "trailName",
        "rule",
        "names",
        "eventSelectors",
        "loadBalancerArn",
        "listeners",
        "listenerArn",
        "changeBatch",
        "changes",
        "resourceRecordSet",
        "createVolumePermission",
        "add",
        "group",
        "snapshotId",
        "currentVersion",
        "prefixListId",
        "AddEntry",
        "cidr",
        "tag",
        "content",
        "value",
        "omitted",
        "x",
    ]
)
values = st.recursive(
    garbage
    | st.sampled_from(["true", "100", "rtb-0a1b2c3d", "; rm -rf /", "file://x"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5)
    ),
    max_leaves=15,
)


@given(st.sampled_from(every), values, values, values)
def test_no_record_of_any_event_crashes_the_reader(
    which: tuple[str, str, Any], asked: Any, answered: Any, identity: Any
) -> None:
    """Parameters, answer and identity may hold anything: there is a change to judge."""
    source, name, _ = which
    service = source.partition(".")[0]
    told = event(service, name, asked, answered, userIdentity=identity)
    change = read(told)

    assert change.what
    assert change == Change.model_validate_json(change.model_dump_json())


OF_NO_REGION = {
    "cloudfront.amazonaws.com": ("us-east-1", False),
    "globalaccelerator.amazonaws.com": ("us-west-2", True),
    "iam.amazonaws.com": ("us-east-1", True),
    "route53.amazonaws.com": ("us-east-1", False),
}


@given(
    st.sampled_from([one for one in every if one[0] in OF_NO_REGION]),
    st.tuples(values, values, values),
    st.sets(st.sampled_from([REGION, "us-east-1", "us-west-2", "ap-south-1"])),
)
def test_what_belongs_to_no_region_is_re_read_wherever_it_counts(
    which: tuple[str, str, Any], told: tuple[Any, Any, Any], swept: set[str]
) -> None:
    """Whole Regions, not the one that the record is of; whatever else it holds."""
    source, name, _ = which
    told_in, is_everywhere = OF_NO_REGION[source]
    asked, answered, identity = told
    service = source.partition(".")[0]
    record = event(
        service, name, asked, answered, userIdentity=identity, awsRegion=told_in
    )
    change = read(record)
    found = regions_of(change.event_source, change.region, home=REGION, swept=swept)

    assert change.ids is None
    assert ({REGION} | swept if is_everywhere else {REGION}) == found
    for region in found:
        message = PlacedChange.of(change, region)
        assert message == PlacedChange.model_validate_json(message.model_dump_json())


@given(values, st.sampled_from([{}, {"account": ACCOUNT, "region": REGION}]))
def test_what_is_no_record_is_refused(detail: Any, envelope: dict[str, Any]) -> None:
    """Nothing but a `ChangeError`, which brings the message to its dead letters."""
    with pytest.raises(ChangeError):
        read_change(envelope | {"detail": detail})


@given(values, st.sampled_from(sorted(BASE)))
def test_one_strange_field_costs_nothing_but_itself(value: Any, field: str) -> None:
    """Either there is a change, or the error names the very field."""
    told = event("ec2", "StopInstances", {}, None, **{field: value})
    try:
        change = read_change(told)
    except ChangeError as error:
        assert f"detail.{field} " in str(error)  # noqa: PT017 - either way is good
    else:
        assert change is not None


@pytest.mark.parametrize(("source", "name", "where"), every)
def test_omitted_parameters_mean_the_whole_region(
    source: str, name: str, where: tuple[str, ...]
) -> None:
    """Beyond 100 KB CloudTrail leaves parameters out, and answers as well."""
    omitted = {"omitted": True, "originalSize": 131_072, "reason": "too large"}
    told = event(source.partition(".")[0], name, omitted, omitted)

    assert read(told).ids is None
    wrapped = event(source.partition(".")[0], name, {f"{name}Request": omitted})
    assert read(wrapped).ids is None
    assert isinstance(where, tuple)


@pytest.mark.parametrize(
    ("name", "asked", "answered"),
    [
        ("DeleteSecurityGroup", {"groupName": "web"}, {"_return": True}),
        ("DisassociateAddress", {"associationId": "eipassoc-0a1b2c3d"}, None),
        ("DetachNetworkInterface", {"attachmentId": "eni-attach-0a1b2c3d"}, None),
        ("DisassociateRouteTable", {"associationId": "rtbassoc-0a1b2c3d"}, None),
        (
            "AuthorizeSecurityGroupIngress",  # the one id is the source's
            {
                "groupName": "default",
                "ipPermissions": {
                    "items": [{"groups": {"items": [{"groupId": "sg-0a1b2c3d"}]}}]
                },
            },
            {"_return": True},
        ),
        (
            "AssociateAddress",  # taken from wherever it was
            {"allocationId": "eipalloc-0a1b2c3d", "instanceId": "i-0a1b2c3d"},
            {"associationId": "eipassoc-0a1b2c3d"},
        ),
        (
            "AttachNetworkInterface",
            {"networkInterfaceId": "eni-0a1b2c3d", "instanceId": "i-?"},
            None,
        ),
        ("TerminateInstances", {"instancesSet": {"items": []}}, None),
        ("NobodyKnowsThisOne", {"instanceId": "i-0a1b2c3d"}, None),
    ],
)
def test_what_does_not_lead_to_all_vpcs_means_the_region(
    name: str, asked: Any, answered: Any
) -> None:
    """Names, associations and ids of something else are not enough."""
    assert read(event("ec2", name, asked, answered)).ids is None


@pytest.mark.parametrize("key", ["instancesSet", "groupSet", "x", "items"])
def test_depth_is_nothing_to_fear(key: str) -> None:
    """A record may be nested deeper than Python calls functions."""
    value: Any = {"items": []}
    for _ in range(5000):
        value = {"items": [value]}
    asked = {key: value}
    for source, name, _ in every:
        assert read(event(source.partition(".")[0], name, asked, asked)).what


@pytest.mark.parametrize(
    "other",
    [
        {},
        None,
        [],
        "i-0a1b2c3d",
        {"instanceId": None},
        {"instanceId": []},
        {"instanceId": {}},
        {"instanceId": "?"},
        {"instanceId": ["i-0a1b2c3d", "?"]},
    ],
)
def test_one_of_two_that_cannot_be_read_means_the_region(other: Any) -> None:
    """What the other one stands for would be missed."""
    told = {"instancesSet": {"items": [{"instanceId": "i-0a1b2c3d"}, other]}}

    assert read(event("ec2", "StopInstances", told)).ids is None


def test_the_same_name_in_another_service_is_another_call() -> None:
    """CreateRoute is one of App Mesh, too, and leads nowhere there."""
    asked = {"routeTableId": "rtb-0a1b2c3d"}

    assert frozenset({"rtb-0a1b2c3d"}) == read(event("ec2", "CreateRoute", asked)).ids
    assert read(event("appmesh", "CreateRoute", asked)).ids is None


def test_what_the_record_lacks_its_envelope_tells() -> None:
    """Time, account, Region and id are in EventBridge's envelope as well."""
    lacking = ("eventID", "eventTime", "awsRegion", "recipientAccountId")
    told = event("ec2", "StopInstances", {})
    detail = {key: told["detail"][key] for key in told["detail"] if key not in lacking}
    envelope = {
        "id": "e-9",
        "time": "2026-11-22T12:00:05Z",
        "account": ACCOUNT,
        "region": REGION,
    }
    change = read(envelope | {"detail": detail})

    assert ("e-9", "12:00:05", ACCOUNT, REGION) == (
        change.event_id,
        f"{change.at:%H:%M:%S}",
        change.account,
        change.region,
    )


def test_a_time_without_a_zone_is_in_utc() -> None:
    """All of CloudTrail's are; one that is taken for local would sort wrongly."""
    told = event("ec2", "StopInstances", {}, eventTime="2026-11-22T12:00:03")

    assert "2026-11-22T12:00:03+00:00" == read(told).at.isoformat()


def test_both_accounts_of_a_shared_event_have_a_change_each() -> None:
    """The same call comes with one id to each account, and is each one's own."""
    shared = {"sharedEventID": "s-1", "eventID": "e-1"}
    asked = {"vpcPeeringConnectionId": "pcx-0a1b2c3d"}
    name = "AcceptVpcPeeringConnection"
    changes = [
        read(event("ec2", name, asked, None, **shared, recipientAccountId=account))
        for account in (ACCOUNT, "222233334444")
    ]

    assert [ACCOUNT, "222233334444"] == [change.account for change in changes]
    assert [None, None] == [change.ids for change in changes]


def test_records_of_elastic_load_balancing_are_of_two_generations() -> None:
    """Their names are the same; the version of the API tells them apart."""
    arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/a/1"
    newer = event(
        "elasticloadbalancing",
        "CreateLoadBalancer",
        {"name": "git", "type": "application"},
        {"loadBalancers": [{"loadBalancerArn": arn, "vpcId": "vpc-0a1b2c3d"}]},
        apiVersion="2015-12-01",
    )
    classic = event(
        "elasticloadbalancing",
        "CreateLoadBalancer",
        {"loadBalancerName": "git", "listeners": [{"loadBalancerPort": 443}]},
        {"dNSName": "git-1.eu-west-1.elb.amazonaws.com"},
        apiVersion="2012-06-01",
    )

    assert ["CreateLoadBalancer git (v2)", "CreateLoadBalancer git (classic)"] == [
        *read(newer).what,
        *read(classic).what,
    ]
    assert {arn, "git"} == set(read(newer).met or ())
    assert {"git"} == set(read(classic).met or ())
