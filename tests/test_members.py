"""Sessions of other accounts: assumed once, refreshed in time, refused clearly."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ringfence.members import MARGIN, Members, RefusedError

MEMBER = "444455556666"
START = datetime(2026, 11, 26, 12, tzinfo=UTC)


class Sts:
    """STS, with AssumeRole's limits; *refusing* is the code with which it fails."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.refusing = ""
        self.time = START
        self.meta = type("Meta", (), {"partition": "aws"})

    def now(self) -> datetime:
        return self.time

    def assume_role(self, **asked: Any) -> dict[str, Any]:
        """Give credentials that tell when they were asked for."""
        if self.refusing:
            told = {"Error": {"Code": self.refusing, "Message": "no"}}
            raise ClientError(told, "AssumeRole")  # type: ignore[arg-type]
        assert 2 <= len(asked["RoleSessionName"]) <= 64
        assert 2 <= len(asked["ExternalId"]) <= 1224
        assert asked["DurationSeconds"] == 3600  # all that chaining allows
        self.asked.append(asked)
        return {
            "Credentials": {
                "AccessKeyId": f"ASIA{len(self.asked)}",
                "SecretAccessKey": "made-up",
                "SessionToken": asked["RoleArn"],
                "Expiration": self.time + timedelta(hours=1),
            }
        }


def members(sts: Sts) -> Members:
    return Members(
        sts=sts,
        role="RingfenceMember-read",
        external_id="ringfence",
        session_name="ringfence-sweep",
        now=sts.now,
    )


def key_of(session: Any) -> str:
    key: str = session.get_credentials().access_key
    return key


def test_a_role_is_assumed_as_auditors_will_find_it() -> None:
    """The account's CloudTrail shows whose session it was, and what it was for."""
    sts = Sts()
    members(sts).session(MEMBER)

    assert [
        {
            "RoleArn": f"arn:aws:iam::{MEMBER}:role/RingfenceMember-read",
            "RoleSessionName": "ringfence-sweep",
            "ExternalId": "ringfence",
            "DurationSeconds": 3600,
        }
    ] == sts.asked


def test_credentials_outlast_the_longest_run() -> None:
    """They are kept while warm, and renewed before a run could outlive them."""
    sts = Sts()
    ours = members(sts)
    first = ours.session(MEMBER)
    sts.time = START + timedelta(hours=1) - MARGIN
    same = ours.session(MEMBER)
    sts.time += timedelta(seconds=1)
    renewed = ours.session(MEMBER)

    assert first is same
    assert ("ASIA1", "ASIA2") == (key_of(first), key_of(renewed))


def test_each_account_has_a_session_of_its_own() -> None:
    """One account's credentials never read another."""
    ours = members(Sts())
    keys = [key_of(ours.session(f"{number:012}")) for number in range(20)]

    assert 20 == len(set(keys))
    assert keys == [key_of(ours.session(f"{number:012}")) for number in range(20)]


def test_a_refusal_names_the_role() -> None:
    """A reader learns which role does not trust us."""
    sts = Sts()
    sts.refusing = "AccessDenied"

    with pytest.raises(RefusedError, match=f"{MEMBER}:role/RingfenceMember-read"):
        members(sts).session(MEMBER)


def test_what_may_pass_is_no_refusal() -> None:
    """A throttled STS says nothing about the account."""
    sts = Sts()
    sts.refusing = "Throttling"

    with pytest.raises(ClientError):
        members(sts).session(MEMBER)
