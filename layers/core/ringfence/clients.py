"""AWS clients, made when first asked for and kept while the function is warm."""

from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import boto3
from botocore.config import Config

CONNECTIONS = 10  # at once, to one service

_kept: WeakKeyDictionary[boto3.Session, dict[tuple[str, str], Any]] = (
    WeakKeyDictionary()
)

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


def client_of(of: boto3.Session, service: str, region: str) -> Any:
    """A client that retries as all of ours do, kept as long as its session."""
    kept = _kept.setdefault(of, {})
    if (service, region) not in kept:
        kept[service, region] = of.client(  # type: ignore[call-overload]
            service, region_name=region, config=_CONFIG
        )
    return kept[service, region]
