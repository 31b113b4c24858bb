"""The demo estate's public zone, and the records in it."""

from typing import Any

# Elastic Load Balancing's own zone in eu-west-1.
# https://docs.aws.amazon.com/general/latest/gr/elb.html
_BALANCERS = "Z32O12XQLNTSW2"


class Zone:
    """The zone example.com, made when asked for."""

    def __init__(self, route53: Any) -> None:
        """Make it by the client *route53*."""
        self._route53 = route53
        self._id = route53.create_hosted_zone(
            Name="example.com", CallerReference="demo"
        )["HostedZone"]["Id"]

    def alias(self, name: str, balancer: str) -> None:
        """Let *name* lead to the load balancer with the DNS name *balancer*."""
        target = {
            "HostedZoneId": _BALANCERS,
            "DNSName": f"dualstack.{balancer}",
            "EvaluateTargetHealth": False,
        }
        self._create(name, {"AliasTarget": target})

    def address(self, name: str, address: str) -> None:
        """Let *name* lead to *address*."""
        self._create(name, {"TTL": 300, "ResourceRecords": [{"Value": address}]})

    def _create(self, name: str, leads: dict[str, Any]) -> None:
        record = {"Name": name, "Type": "A", **leads}
        change = {"Action": "CREATE", "ResourceRecordSet": record}
        self._route53.change_resource_record_sets(
            HostedZoneId=self._id, ChangeBatch={"Changes": [change]}
        )
