"""What runs on the demo estate's instances, and what would be launched tomorrow."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from local import images
from local.server import ACCOUNT, Server

if TYPE_CHECKING:
    from local.ledger import Estate

# What each instance's agent reports, where not all is well; see `local.moto_hosts`.
# What is no product, and unmanaged, may well be so.
_UNMANAGED = frozenset({"stash", "bastion", "lab-1"})
_CHECKS = {
    "jira-1": ("PATCH-003", "PATCH-007"),
    "staging-1": ("PATCH-002",),
    "metrics-1": ("PATCH-004",),
    "confluence-1": ("PATCH-006",),
}


def build(
    server: Server, subnets: dict[str, str], estate: "Estate", now: datetime
) -> None:
    """Prepare launches, then let agents report of the instances that *estate* has."""
    _plan(server, subnets, estate)
    baseline = server.client("ssm").create_patch_baseline(
        Name="house", OperatingSystem="AMAZON_LINUX_2023"
    )["BaselineId"]
    estate.add("house-baseline", baseline, "PATCH-008")
    _report(server.client("ec2"), estate, now, baseline)


def _report(ec2: Any, estate: "Estate", now: datetime, baseline: str) -> None:
    """Let agents report of the instances of *estate*."""
    fresh = (now - timedelta(days=1)).isoformat()
    old = (now - timedelta(days=60)).isoformat()
    special = {
        "jira-1": {
            "local:system": "Amazon Linux 2",
            "local:patches": f"{fresh} CriticalNonCompliant=2 SecurityNonCompliant=5",
            "local:missing": "openssl=Critical glibc=Critical kernel=Important",
        },
        "bamboo-agent-1": {"local:baseline": baseline},
        "staging-1": {"local:agent": old},
        "metrics-1": {"local:patches": old},
        "confluence-1": {"local:flaws": "critical=1 high=4"},
    }
    for name, resource in estate.ids.items():
        if resource.startswith("i-") and name not in _UNMANAGED:
            tags = {"local:agent": "online", "local:patches": fresh}
            tags |= special.get(name, {})
            pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
            ec2.create_tags(Resources=[resource], Tags=pairs)
    for name, checks in _CHECKS.items():
        estate.add(name, estate.ids[name], *checks)
        estate.quiet.discard(name)


def _plan(server: Server, subnets: dict[str, str], estate: "Estate") -> None:
    """Prepare launches: a forgotten template, one in use, and an old configuration."""
    ec2, scaling = server.client("ec2"), server.client("autoscaling")
    ec2.deregister_image(ImageId=images.DEREGISTERED)
    server.client("inspector2").enable(accountIds=[ACCOUNT], resourceTypes=["EC2"])
    mirrors = _template(ec2, "bitbucket-mirrors", images.AMAZON_LINUX_1)
    estate.add("bitbucket-mirrors-template", mirrors)
    estate.add(
        "old-wiki-template",
        _template(ec2, "old-wiki", images.ATLASSIAN_MADE),
        "AMI-008",
    )
    sizes = {"MinSize": 0, "MaxSize": 2, "DesiredCapacity": 0}
    zone = {"VPCZoneIdentifier": subnets["private-a"]}
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="bitbucket-mirrors",
        LaunchTemplate={"LaunchTemplateId": mirrors, "Version": "$Latest"},
        **sizes,
        **zone,
    )
    estate.add("bitbucket-mirrors", "asg:bitbucket-mirrors", "AMI-006")
    scaling.create_launch_configuration(
        LaunchConfigurationName="bamboo-agents-1",
        ImageId=images.CURRENT,
        InstanceType="m7i.large",
    )
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="bamboo-agents",
        LaunchConfigurationName="bamboo-agents-1",
        **sizes,
        **zone,
    )
    estate.add("bamboo-agents", "asg:bamboo-agents")
    estate.add("current-image", images.CURRENT)
    estate.add("recent-image", images.RECENT, "AMI-007")


def _template(ec2: Any, name: str, image: str) -> str:
    made = ec2.create_launch_template(
        LaunchTemplateName=name,
        LaunchTemplateData={"ImageId": image, "InstanceType": "m7i.large"},
    )["LaunchTemplate"]
    template: str = made["LaunchTemplateId"]
    return template
