"""BAK-004: a data volume that goes when its instance is terminated."""

import json
from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.backups import OF_VOLUMES, keepers


@check(
    "BAK-004",
    "Data volume is deleted with its instance",
    severity=Severity.MEDIUM,
    needs=OF_VOLUMES,
    fix="Let the volume outlive its instance.",
    guide=("D20", "D35"),
)
def volume_lost_on_termination(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Terminating an instance is one call; with this setting it takes the data along.

    AWS sets it for volumes that were made with the instance from the command line
    or a template that does not say otherwise. Judged are the data volumes of
    instances of a product; the volume that an instance starts from goes with it by
    design.
    """
    region = estate.inventory.region
    for keeper in keepers(estate):
        lost = [disk for disk in keeper.disks if disk.attachment.dies_with_it]
        if keeper.is_root_only or not lost:
            continue
        instance = keeper.instance.id
        mappings = [
            {"DeviceName": device, "Ebs": {"DeleteOnTermination": False}}
            for device in (disk.attachment.device for disk in lost)
        ]
        yield Problem(
            resource=instance,
            message=f"Data volumes of {estate.label(instance)} are deleted when it is "
            f"terminated: {', '.join(disk.label for disk in lost)}.",
            fix=f"aws ec2 modify-instance-attribute --region {region} --instance-id "
            f"{instance} --block-device-mappings '{json.dumps(mappings)}'",
            evidence={
                "instance": instance,
                "volumes": [disk.volume.id for disk in lost],
            },
        )
