"""The account and Region that the terminal's own credentials lead to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    InvalidRegionError,
    NoCredentialsError,
)

from ringfence.cli.outcome import UnreadError, WrongInputError, progress
from ringfence.collect import collect
from ringfence.snapshot import Snapshot

Clock = Callable[[], datetime]

# Fewer attempts than a collection makes: a person with a mistyped Region waits.
_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 2}, connect_timeout=5, read_timeout=30
)


def now() -> datetime:
    """The terminal's clock, the only one."""
    return datetime.now(UTC)  # noqa: TID251 - the entry point's own


@dataclass(frozen=True, slots=True)
class Place:
    """An account and a Region, and the session that reads them."""

    session: boto3.Session
    account: str
    region: str


def place(region: str | None) -> Place:
    """Find out whose credentials these are, by boto3's own chain."""
    try:
        session = boto3.Session(region_name=region)
        if session.region_name is None:
            raise WrongInputError("no Region: give --region, or set AWS_REGION.")
        sts = session.client("sts", config=_CONFIG)
        account = sts.get_caller_identity()["Account"]
    except NoCredentialsError:
        raise WrongInputError(
            "no AWS credentials: set AWS_PROFILE or log in (aws sso login), "
            "or give --snapshot DIR."
        ) from None
    except InvalidRegionError:
        raise WrongInputError(
            f"{region!r} is not a Region such as eu-west-1."
        ) from None
    except EndpointConnectionError as error:
        raise _unreachable(session, error) from error
    except ClientError as error:
        told = error.response["Error"]
        raise UnreadError(
            f"AWS does not accept the credentials: {told.get('Code', 'no code')}: "
            f"{told.get('Message', 'no message')}"
        ) from error
    except BotoCoreError as error:
        raise WrongInputError(f"AWS cannot be asked: {error}") from error
    return Place(session, account, session.region_name)


def read_live(region: str | None) -> Snapshot:
    """Collect a snapshot of the credentials' account in one Region."""
    here = place(region)
    progress(f"Reading {here.account} {here.region} ...")
    return collect(
        here.session,
        account=here.account,
        region=here.region,
        now=now,
        user_data=True,  # whoever runs this may read it anyway
    )


def _unreachable(
    session: boto3.Session, error: EndpointConnectionError
) -> WrongInputError | UnreadError:
    known = {
        name
        for partition in session.get_available_partitions()
        for name in session.get_available_regions("ec2", partition)
    }
    if session.region_name in known:
        return UnreadError(str(error))
    return WrongInputError(f"{session.region_name!r} is not a Region: {error}")
