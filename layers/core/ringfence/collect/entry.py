"""The door of an account and Region: whether it opens, and Security Hub behind it."""

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ringfence.clients import client_of
from ringfence.inventory.entries import Refusal

ACTIONS = ("ec2:DescribeRegions", "securityhub:DescribeHub")

# What says that the Region, or all that may be done there, is closed to the account.
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
_SHUT = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthFailure",
        "InvalidClientTokenId",
        "OptInRequired",
        "UnauthorizedOperation",
        "UnrecognizedClientException",
    }
)


def refusal_of(session: boto3.Session, region: str) -> Refusal | None:
    """
    Whether *region* turns *session* away, asked by one call; None: it does not.

    What may pass, such as throttling, is raised.
    """
    try:
        client_of(session, "ec2", region).describe_regions(RegionNames=[region])
    except ClientError as error:
        told = error.response.get("Error", {})
        if told.get("Code") not in _SHUT:
            raise
        return Refusal(
            step="region", code=told["Code"], message=told.get("Message", "")
        )
    except BotoCoreError as error:  # there is no such Region, or no way to it
        return Refusal(step="region", code=type(error).__name__, message=str(error))
    return None


def hub_code_of(session: boto3.Session, region: str) -> str:
    """What Security Hub says instead of describing itself; empty: it is enabled."""
    try:
        client_of(session, "securityhub", region).describe_hub()
    except ClientError as error:
        return str(error.response.get("Error", {}).get("Code", "Unknown"))
    except BotoCoreError as error:
        return type(error).__name__
    return ""
