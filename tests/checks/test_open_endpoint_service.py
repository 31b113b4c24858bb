"""EXP-013: endpoint services that every AWS account may connect to."""

from typing import Any

from ringfence.checks.open_endpoint_service import open_endpoint_service
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.otherways import EndpointService
from tests.build import BALANCER, an_estate, an_inventory


def offering(*principals: str, **fields: Any) -> Inventory:
    """Give an endpoint service that lets *principals* connect by themselves."""
    defaults: dict[str, Any] = {
        "id": "vpce-svc-0a1b2c3d",
        "needs_acceptance": False,
        "balancers": (BALANCER,),
        "principals": principals,
    }
    return an_inventory(endpoint_services=(EndpointService(**(defaults | fields)),))


ACCOUNT = "arn:aws:iam::444455556666:root"

FIRES = [offering("*"), offering(ACCOUNT, "*"), offering("*", balancers=())]
QUIET = [
    offering("*", needs_acceptance=True),
    offering(ACCOUNT),
    offering(),
]


def test_names_what_is_behind_it_and_how_to_close_it() -> None:
    """Both commands can be run as they are."""
    (problem,) = open_endpoint_service(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert BALANCER in problem.message
    assert (
        "aws ec2 modify-vpc-endpoint-service-configuration --region eu-west-1 "
        "--service-id vpce-svc-0a1b2c3d --acceptance-required\n"
        "aws ec2 modify-vpc-endpoint-service-permissions --region eu-west-1 "
        "--service-id vpce-svc-0a1b2c3d --remove-allowed-principals '*'"
    ) == problem.fix
