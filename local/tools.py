"""The tools that the demo estate is built with: one call makes and notes a thing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from local import images, network, stores
from local.certificates import Authority, Pair
from local.ledger import Estate
from local.names import Zone
from local.server import Server


class Tools:
    """Makes resources by name, and notes with each the checks that it must fail."""

    def __init__(self, server: Server, now: datetime) -> None:
        """Build on *server*; certificates count their days from *now*."""
        self.estate = Estate()
        self._client = server.client
        self._server, self._now = server, now
        self._ec2 = server.client("ec2")
        self._elbv2 = server.client("elbv2")
        self._elb = server.client("elb")
        self._cloudformation = server.client("cloudformation")
        self._acm = server.client("acm")
        self._iam = server.client("iam")
        self._authority = Authority(now)
        self._net = network.build(self._ec2)
        self._zone = Zone(server.client("route53"))
        self._groups: dict[str, str] = {}

    def _group(self, name: str, rules: Iterable[dict[str, Any]], *checks: str) -> str:
        group = self._net.group(name, list(rules))
        self._groups[name] = group
        return self.estate.add(f"{name}-group", group, *checks)

    def _instance(
        self,
        name: str,
        subnet: str,
        groups: list[str],
        *checks: str,
        image: str = images.CURRENT,
        disks: list[dict[str, Any]] | None = None,
    ) -> str:
        """Launch an instance, with a public address in a public subnet."""
        [made] = self._ec2.run_instances(
            ImageId=image,
            InstanceType="m7i.large",
            MinCount=1,
            MaxCount=1,
            MetadataOptions={"HttpTokens": "required"},
            BlockDeviceMappings=disks or stores.disks(has_data=False),
            NetworkInterfaces=[
                {
                    "DeviceIndex": 0,
                    "SubnetId": self._net.subnets[subnet],
                    "Groups": groups,
                    "AssociatePublicIpAddress": subnet.startswith("public"),
                }
            ],
        )["Instances"]
        network.tag(self._ec2, made["InstanceId"], name)
        return self.estate.add(name, made["InstanceId"], *checks)

    def _balancer(
        self,
        name: str,
        groups: list[str],
        *checks: str,
        is_public: bool,
        kind: str = "application",
    ) -> str:
        zone = "public" if is_public else "private"
        [made] = self._elbv2.create_load_balancer(
            Name=name,
            Subnets=[self._net.subnets[f"{zone}-{end}"] for end in "ab"],
            SecurityGroups=groups,
            Scheme="internet-facing" if is_public else "internal",
            Type=kind,
        )["LoadBalancers"]
        return self.estate.add(f"{name}-balancer", made["LoadBalancerArn"], *checks)

    def _dns_name(self, balancer: str) -> str:
        [found] = self._elbv2.describe_load_balancers(LoadBalancerArns=[balancer])[
            "LoadBalancers"
        ]
        name: str = found["DNSName"]
        return name

    def _silent(self, endpoint: str) -> None:
        """Note *endpoint*, which is looked at and found by nobody: it has no world."""
        self.estate.add(endpoint, endpoint, "RF-005")

    def _forward(
        self,
        balancer: str,
        name: str,
        targets: list[str],
        to: int,
        *,
        certificate: str | None = None,
        protocol: str = "HTTP",
        port: int | None = None,
    ) -> None:
        """Forward to port *to* of *targets*; HTTPS when there is a *certificate*."""
        [group] = self._elbv2.create_target_group(
            Name=name, Protocol=protocol, Port=to, VpcId=self._net.vpc
        )["TargetGroups"]
        arn = group["TargetGroupArn"]
        self._elbv2.register_targets(
            TargetGroupArn=arn, Targets=[{"Id": target} for target in targets]
        )
        secure = {
            "Protocol": "HTTPS",
            "Port": port or 443,
            "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "Certificates": [{"CertificateArn": certificate}],
        }
        self._elbv2.create_listener(
            LoadBalancerArn=balancer,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": arn}],
            **(secure if certificate else {"Protocol": protocol, "Port": port or 80}),
        )

    def _redirect(self, balancer: str) -> None:
        to_https = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
        self._elbv2.create_listener(
            LoadBalancerArn=balancer,
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "redirect", "RedirectConfig": to_https}],
        )

    def _import(self, name: str, pair: Pair, *checks: str) -> str:
        chain = {"CertificateChain": pair.chain} if pair.chain else {}
        arn = self._acm.import_certificate(
            Certificate=pair.body, PrivateKey=pair.key, **chain
        )["CertificateArn"]
        return self.estate.add(name, arn, *checks)
