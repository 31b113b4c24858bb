"""AWS clients, made when first asked for and kept while the function is warm."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 8},
    connect_timeout=5,
    read_timeout=30,
)


@cache
def session() -> boto3.Session:
    """The one session, with the function's own credentials."""
    return boto3.Session()


@cache
def client(service: str, region: str) -> Any:
    """A client that retries as all of ours do."""
    return session().client(service, region_name=region, config=_CONFIG)  # type: ignore[call-overload]
