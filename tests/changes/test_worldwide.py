"""Which Regions are re-read for a change: all where what it changed is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.changes import EVENTS
from ringfence.changes.worldwide import regions_of
from ringfence.collect import OPERATIONS, in_scope
from tests.changes.test_events import UNTOLD

HOME, OTHER = "eu-west-1", "eu-central-1"
SWEPT = {HOME, OTHER}
# Services of the table, as boto3 calls them.
CLIENTS = {
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "es": "opensearch",
}


@pytest.mark.parametrize(
    ("service", "told_in", "swept", "expected"),
    [
        # Read once for each account, wherever it is told.
        ("route53", "us-east-1", SWEPT, {HOME}),
        ("route53", "us-east-1", {*SWEPT, "us-east-1"}, {HOME}),
        ("cloudfront", "us-east-1", set(), {HOME}),
        # What each Region's own are judged with.
        ("iam", "us-east-1", SWEPT, SWEPT),
        ("iam", "us-east-1", {*SWEPT, "us-east-1"}, {*SWEPT, "us-east-1"}),
        ("iam", "us-east-1", set(), {HOME}),
        ("globalaccelerator", "us-west-2", SWEPT, SWEPT),
        # The Region's own, if that is watched.
        ("ec2", OTHER, SWEPT, {OTHER}),
        ("ec2", HOME, set(), {HOME}),
        ("ec2", "us-east-1", SWEPT, set()),
        ("acm", "us-east-1", SWEPT, set()),
        # What concerns us wherever it is.
        ("cloudtrail", OTHER, SWEPT, {OTHER}),
        ("cloudtrail", "us-east-1", SWEPT, {HOME}),
        ("events", "us-west-2", SWEPT, {HOME}),
    ],
)
def test_a_change_leads_to_where_it_is_read(
    service: str, told_in: str, swept: set[str], expected: set[str]
) -> None:
    """Not to the Region of its record, even where that is not swept."""
    source = f"{service}.amazonaws.com"

    assert expected == regions_of(source, told_in, home=HOME, swept=swept)


regions = st.sampled_from([HOME, OTHER, "us-east-1", "us-west-2", "ap-south-1"])


@given(st.sampled_from(sorted(EVENTS)), regions, st.sets(regions))
def test_nothing_is_narrower_than_what_is_read(
    source: str, told_in: str, swept: set[str]
) -> None:
    """Each Region that asks for what is of no Region is re-read, and no other."""
    found = regions_of(source, told_in, home=HOME, swept=swept)
    service = source.partition(".")[0]
    client = CLIENTS.get(service, service)
    elsewhere = {
        one.service for one in in_scope(None, is_home=False) if one.name not in UNTOLD
    }
    of_no_region = {"iam", "globalaccelerator", "route53", "cloudfront"}
    watched = swept | {HOME}
    if service not in of_no_region:
        expected = watched & {told_in}
    elif client in elsewhere:
        expected = watched
    else:
        assert client in {one.service for one in OPERATIONS}
        expected = {HOME}

    assert expected <= found <= watched
