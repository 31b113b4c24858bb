"""What is known of an endpoint travels with the request, and nothing else gets in."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from ringfence.inventory.looks import Endpoint
from ringfence.messages import FEW, ProbeRequest

BARE = {"account": "111122223333", "region": "eu-west-1", "host": "h", "port": 443}
GIT = Endpoint(
    host="git.example.com",
    port=8443,
    addresses=("203.0.113.7",),
    resource="i-1",
    product="bitbucket",
    owner="platform",
    is_public=False,
    is_named=True,
    is_promised=False,
    found_by=("i-1", "record git.example.com"),
)


def request(endpoint: Endpoint) -> ProbeRequest:
    made = ProbeRequest.of(endpoint, account="111122223333", region="eu-west-1")
    return ProbeRequest.model_validate_json(made.model_dump_json())


def test_an_endpoint_comes_out_as_it_went_in() -> None:
    """Through the queue and back."""
    assert GIT == request(GIT).endpoint


def test_a_request_without_more_is_one_of_the_policy_s() -> None:
    """Messages of an older version still say enough."""
    endpoint = ProbeRequest.model_validate(BARE).endpoint

    assert Endpoint(host="h", port=443) == endpoint


def test_more_than_a_message_takes_is_left_out_whole() -> None:
    """Half of the addresses would be a wrong expectation."""
    many = tuple(f"203.0.113.{number}" for number in range(FEW + 1))
    endpoint = request(
        Endpoint(host="h", port=443, addresses=many, found_by=many)
    ).endpoint

    assert ((), many[:FEW]) == (endpoint.addresses, endpoint.found_by)


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": ""},
        {"host": "h" * 254},
        {"port": 65536},
        {"connect_to": "169.254.169.254"},
        {"reachability": "anywhere"},
        {"addresses": ["a"] * (FEW + 1)},
        {"owner": "o" * 2049},
        {"is_public": True},
    ],
)
def test_what_does_not_belong_is_refused(wrong: dict[str, Any]) -> None:
    """A message cannot say where to dial, nor grow without end."""
    with pytest.raises(ValidationError):
        ProbeRequest.model_validate_json(json.dumps(BARE | wrong))
