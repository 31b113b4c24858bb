"""AWS clients, made when first asked for and kept while the function is warm."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

CONNECTIONS = 10  # at once, to one service

# Throttling is waited out; an endpoint that does not answer is soon an error.
_CONFIG = Config(
    retries={"mode": "standard", "max_attempts": 8},
    max_pool_connections=CONNECTIONS,
    connect_timeout=5,
    read_timeout=30,
)


@cache
def session() -> boto3.Session:
    """The one session, with the function's own credentials."""
    return boto3.Session()


def client(service: str, region: str) -> Any:
    """A client of the function's own session."""
    return client_of(session(), service, region)


@cache
def client_of(of: boto3.Session, service: str, region: str) -> Any:
    """A client of a session that retries as all of ours do."""
    return of.client(service, region_name=region, config=_CONFIG)  # type: ignore[call-overload]
