"""Records of public zones are read as Route 53 means them."""

import pytest

from ringfence.inventory.names import NameRecord
from ringfence.snapshot import SnapshotError
from tests.inventory.estate import an_inventory, pages

ZONE = "Z0123456789PUBLIC"
RECORDS = "route53.list_resource_record_sets"


def test_what_leads_somewhere_is_read_and_the_rest_is_not() -> None:
    """In one spelling: lower case, no last dot, no octal escapes."""
    assert (
        NameRecord(
            zone=ZONE,
            name="git.example.com",
            kind="A",
            alias="dualstack.web-1234.eu-west-1.elb.amazonaws.com",
        ),
        NameRecord(
            zone=ZONE,
            name="jira.example.com",
            kind="A",
            values=("203.0.113.7", "203.0.113.8"),
        ),
        NameRecord(
            zone=ZONE, name="jira.example.com", kind="AAAA", values=("2001:db8::7",)
        ),
        NameRecord(
            zone=ZONE,
            name="stash.example.com",
            kind="CNAME",
            values=("git.example.com",),
        ),
        NameRecord(
            zone=ZONE,
            name="wiki.example.com",
            kind="A",
            values=("203.0.113.9",),
            identifier="blue",
        ),
        NameRecord(
            zone=ZONE, name="*.apps.example.com", kind="A", values=("203.0.113.7",)
        ),
    ) == an_inventory().name_records


def test_a_wildcard_says_so() -> None:
    """Nobody can dial it."""
    told = [record.name for record in an_inventory().name_records if record.is_wildcard]

    assert ["*.apps.example.com"] == told


def test_a_zone_that_was_deleted_meanwhile_has_no_records() -> None:
    """It was listed, and gone when its records were asked for."""
    assert () == an_inventory(**{RECORDS.replace(".", "__"): {ZONE: None}}).name_records


def test_a_record_that_says_nothing_is_malformed() -> None:
    """An answer of another shape is not taken for no records."""
    answer = pages()[RECORDS]
    del answer[ZONE]["ResourceRecordSets"][3]["ResourceRecords"]

    with pytest.raises(SnapshotError, match=r"ResourceRecordSets\[3\]"):
        an_inventory(**{RECORDS.replace(".", "__"): answer})
