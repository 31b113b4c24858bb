"""
What moto lacks of Systems Manager and Inspector: what agents report of instances.

Nobody runs on moto's instances, so tags say what an agent would report there:

``local:agent``    ``online``, or the time (ISO 8601) at which it was heard last
``local:system``   the system's name and version, such as ``Ubuntu 24.04``
``local:patches``  the end of the last scan and counts: ``<ISO 8601> Missing=4 …``
``local:missing``  the patches that are missing: ``openssl=Critical kernel=Important``
``local:baseline`` the baseline by which it was scanned; without, AWS's own
``local:flaws``    Inspector's counts: ``critical=1 high=2``

An instance without the tag is one that the service does not know.
The public parameter of Amazon Linux 2023 names the newest such image that is here,
where moto's is as old as moto.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.inspector2 import urls
from moto.inspector2.responses import Inspector2Response
from moto.ssm.exceptions import ValidationException
from moto.ssm.responses import SimpleSystemManagerResponse

from local.patching import add, after, replace

_MOST_IDS = 50
_DEFAULT = "arn:aws:ssm:eu-west-1:123456789012:patchbaseline/pb-00000000000000000"
_NEWEST = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
_AMAZON_LINUX = re.compile(r"al2023-ami-2023\..*-kernel-.*-x86_64")


def install() -> None:
    """Fill the gaps."""
    add(
        SimpleSystemManagerResponse,
        "describe_instance_information",
        describe_instance_information,
    )
    add(
        SimpleSystemManagerResponse,
        "describe_instance_patch_states",
        describe_instance_patch_states,
    )
    add(
        SimpleSystemManagerResponse,
        "describe_instance_patches",
        describe_instance_patches,
    )
    add(SimpleSystemManagerResponse, "get_patch_baseline", get_patch_baseline)
    after(SimpleSystemManagerResponse, "get_parameters", name_newest_image)
    replace(Inspector2Response, "batch_get_account_status", batch_get_account_status)
    add(Inspector2Response, "list_finding_aggregations", list_finding_aggregations)
    urls.url_paths["{0}/findings/aggregation/list$"] = Inspector2Response.dispatch


def describe_instance_information(self: Any) -> ActionResult:
    """Tell the instances that have an agent."""
    found = []
    for name, tags in _tagged(self, "local:agent"):
        told = tags["local:agent"]
        system, _, version = tags.get("local:system", "Amazon Linux 2023").rpartition(
            " "
        )
        seen = datetime.now(UTC) if told == "online" else _moment(told)  # noqa: TID251
        found.append(
            {
                "InstanceId": name,
                "PingStatus": "Online" if told == "online" else "ConnectionLost",
                "LastPingDateTime": seen,
                "PlatformType": "Linux",
                "PlatformName": system,
                "PlatformVersion": version,
                "ResourceType": "EC2Instance",
            }
        )
    return ActionResult({"InstanceInformationList": found})


def describe_instance_patch_states(self: Any) -> ActionResult:
    """Tell what the last scan of each of the instances named found."""
    wanted = self._get_param("InstanceIds")
    if not wanted or len(wanted) > _MOST_IDS:
        raise ValidationException(f"InstanceIds must be 1 to {_MOST_IDS}.")
    found = []
    for name, tags in _tagged(self, "local:patches"):
        if name in wanted:
            ended, *counts = tags["local:patches"].split()
            named = (count.split("=") for count in counts)
            found.append(
                {
                    "InstanceId": name,
                    "PatchGroup": "",
                    "BaselineId": tags.get("local:baseline", _DEFAULT),
                    "OperationStartTime": _moment(ended),
                    "OperationEndTime": _moment(ended),
                    "Operation": "Scan",
                    **{f"{key}Count": int(value) for key, value in named},
                }
            )
    return ActionResult({"InstancePatchStates": found})


def describe_instance_patches(self: Any) -> ActionResult:
    """Tell the patches of an instance that are missing; nothing else is kept here."""
    wanted = self._get_param("InstanceId")
    known = dict(_tagged(self, "local:agent"))
    if wanted not in known:
        raise JsonRESTError("InvalidInstanceId", f"{wanted} is not managed.")
    states = [
        value
        for chosen in self._get_param("Filters") or ()
        if chosen["Key"] == "State"
        for value in chosen["Values"]
    ]
    listed = known[wanted].get("local:missing", "").split()
    found = [
        {
            "Title": name,
            "KBId": name,
            "Classification": "Security",
            "Severity": severity,
            "State": "Missing",
            "InstalledTime": datetime.fromtimestamp(0, UTC),
        }
        for name, _, severity in (one.partition("=") for one in listed)
        if not states or "Missing" in states
    ]
    return ActionResult({"Patches": found})


def get_patch_baseline(self: Any) -> ActionResult:
    """Tell a baseline of the account's own."""
    name = self._get_param("BaselineId")
    baseline = self.ssm_backend.baselines.get(name)
    if baseline is None:
        raise JsonRESTError("DoesNotExistException", f"{name} does not exist.")
    told = baseline.to_json()
    kept = ("OperatingSystem", "ApprovalRules", "ApprovedPatches")
    found = {key: told[key] for key in kept if told[key]}
    return ActionResult({"BaselineId": name, "Name": baseline.name, **found})


def name_newest_image(self: Any, answered: Any) -> None:
    """Let the public parameter in an answer name the newest image that is here."""
    ec2 = ec2_backends[self.current_account][self.region]
    made = [
        (_moment(str(image.creation_date)), image.id)
        for image in ec2.amis.values()
        if _AMAZON_LINUX.fullmatch(image.name or "")
    ]
    for index, parameter in enumerate(answered.result["Parameters"]):
        if made and parameter["Name"] == _NEWEST:
            published, image = max(made)
            newer = {"Value": image, "LastModifiedDate": published}
            answered.result["Parameters"][index] = parameter | newer


def batch_get_account_status(self: Any) -> str:
    """Tell where Inspector looks; of the caller's own account where none is named."""
    own = self.current_account
    asked = self._get_param("accountIds") or [own]
    known = {
        status["accountId"]: status
        for status in self.inspector2_backend.batch_get_account_status(asked)
    }
    off = {"status": "DISABLED"}
    nothing = {
        "accountId": own,
        "state": off,
        "resourceState": {"ec2": off, "ecr": off},
    }
    accounts = [known.get(account, nothing) for account in asked]
    return json.dumps({"accounts": accounts, "failedAccounts": []})


def list_finding_aggregations(self: Any) -> str:
    """Count each instance's findings; other aggregations are not known here."""
    kind = self._get_param("aggregationType")
    if kind != "AWS_EC2_INSTANCE":
        raise NotImplementedError(f"The aggregation {kind} is not known here.")
    found = []
    for name, tags in _tagged(self, "local:flaws"):
        counted = dict(one.split("=") for one in tags["local:flaws"].split())
        counts = {key: int(value) for key, value in counted.items()}
        counts["all"] = sum(counts.values())
        one = {"instanceId": name, "accountId": self.current_account}
        found.append({"ec2InstanceAggregation": one | {"severityCounts": counts}})
    return json.dumps({"aggregationType": kind, "responses": found})


def _tagged(self: Any, key: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The Region's instances that have the tag *key*."""
    ec2 = ec2_backends[self.current_account][self.region]
    for reservation in ec2.describe_instances():
        for instance in reservation.instances:
            tags = {tag["key"]: tag["value"] for tag in instance.get_tags()}
            if key in tags:
                yield instance.id, tags


def _moment(text: str) -> datetime:
    """Read a time; moto's own are UTC and do not always say so."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
