"""EXP-013: an endpoint service that every AWS account may connect to."""

from collections.abc import Iterator

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.identity import NEEDS


@check(
    "EXP-013",
    "Endpoint service is open to every AWS account",
    severity=Severity.HIGH,
    needs=NEEDS | {"endpoint_services"},
    fix="Allow the accounts that need it, and ask for acceptance.",
    guide=("S07", "D01", "D31"),
    types=(REACHABILITY,),
)
def open_endpoint_service(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Anybody with an AWS account gets to what is behind it, by a private address.

    PrivateLink needs neither a public address nor an internet gateway, and security
    groups of the load balancer may not see who comes. Told are services that allow
    every principal and accept each connection by themselves.
    Allowed are services for named principals, and those where somebody accepts.
    """
    region = estate.inventory.region
    for service in estate.inventory.endpoint_services:
        if "*" not in service.principals or service.needs_acceptance:
            continue
        behind = ", ".join(map(estate.label, service.balancers)) or "nothing yet"
        yield Problem(
            resource=service.id,
            message=f"The endpoint service {service.id} lets every AWS account connect "
            f"without acceptance. Behind it: {behind}.",
            fix=f"aws ec2 modify-vpc-endpoint-service-configuration --region {region} "
            f"--service-id {service.id} --acceptance-required\n"
            f"aws ec2 modify-vpc-endpoint-service-permissions --region {region} "
            f"--service-id {service.id} --remove-allowed-principals '*'",
            evidence={
                "service": service.id,
                "principals": list(service.principals),
                "load_balancers": list(service.balancers),
            },
        )
