"""
A row as an AWS Security Finding Format document.

Lengths, required fields and what may be empty (nothing) follow the format's
description, https://docs.aws.amazon.com/securityhub/latest/userguide/
asff-required-attributes.html and …/asff-top-level-attributes.html, and the
constraints of BatchImportFindings' own model. The severity is a provider's to say
in ``FindingProviderFields`` only, where Security Hub lets a customer's own prevail;
the workflow and notes belong to the customer and are never sent.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ringfence import __version__
from ringfence.evidence import as_json, trimmed
from ringfence.finding import Finding
from ringfence.render.links import check_page, imported_id
from ringfence.render.plain import clipped, plain
from ringfence.render.resources import (
    Resource,
    aws_resource,
    classic_load_balancer,
    partition,
    short,
)
from ringfence.transitions import Row

Document = dict[str, Any]

_KNOWN_PARTITIONS = frozenset({"aws", "aws-cn", "aws-us-gov"})
_ID = 512
_RESOURCES = 32
_TAGS = 50
_REQUIREMENTS = 32
_COMPONENTS = 32
_ADDRESSES = 20
_ADDRESS = 64
_NAMES = 50


def asff(row: Row, *, docs_url: str = "") -> Document:
    """
    Give *row* as Security Hub imports it.

    A row that closed as PASSED says so in its compliance; one that closed as
    ARCHIVED keeps the last verdict and leaves the active findings. ``UpdatedAt``
    is the row's own, so importing a version twice changes nothing.
    """
    finding = row.finding
    exposures = finding.evidence.get("exposures", [])
    document: Document = _without_empty(
        _identity(finding)
        | _times(row)
        | {
            "Title": _text(finding.title, 256),
            "Description": _text(finding.message, 1024),
            "Types": list(finding.types),  # as below, which wins where both are given
            "FindingProviderFields": _provider_fields(finding),
            "Compliance": {
                "Status": "PASSED" if row.closed_as == "PASSED" else "FAILED",
                "RelatedRequirements": _requirements(finding),
            },
            "Resources": _resources(finding),
            "Remediation": {"Recommendation": _recommendation(finding, docs_url)},
            "ProductFields": _product_fields(row),
            "Network": _network(exposures[0]) if exposures else {},
            "NetworkPath": _network_path(exposures[0]) if exposures else [],
            "RecordState": "ARCHIVED" if row.closed_as == "ARCHIVED" else "ACTIVE",
        }
    )
    return document


def product_arn(account: str, region: str) -> str:
    """Name the default product, which every account has in every Region."""
    start = f"arn:{partition(region)}:securityhub:{region}:{account}"
    return f"{start}:product/{account}/default"


def _identity(finding: Finding) -> Document:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": imported_id(finding),
        "ProductArn": product_arn(finding.account, finding.region),
        "ProductName": "Ringfence",
        "CompanyName": "Ringfence",
        "GeneratorId": f"ringfence/{finding.check}",
        "AwsAccountId": finding.account,
    }


def _times(row: Row) -> Document:
    return {
        "CreatedAt": _timestamp(row.first_observed_at),
        "FirstObservedAt": _timestamp(row.first_observed_at),
        "LastObservedAt": _timestamp(row.finding.observed_at),
        "UpdatedAt": _timestamp(row.updated_at),
    }


def _provider_fields(finding: Finding) -> Document:
    label = finding.severity.value
    return {
        "Severity": {"Label": label, "Original": label},
        "Types": list(finding.types),
    }


def _timestamp(time: datetime) -> str:
    utc = time.astimezone(UTC).isoformat(timespec="milliseconds")
    return utc.replace("+00:00", "Z")


def _text(text: str, limit: int) -> str:
    return clipped(plain(text), limit)


def _without_empty(value: Any) -> Any:
    """
    Leave out what is empty, at any depth: the format takes no empty strings.

    Texts are made plain, so that none comes through that somebody forgot.
    """
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        cleaned = {key: _without_empty(item) for key, item in value.items()}
        return {key: item for key, item in cleaned.items() if not _is_empty(item)}
    if isinstance(value, list):
        return [item for item in map(_without_empty, value) if not _is_empty(item)]
    return value


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _requirements(finding: Finding) -> list[str]:
    guide = (f"Atlassian {ident}" for ident in finding.guide)
    return list(dict.fromkeys((*finding.relates, *guide)))[:_REQUIREMENTS]


def _recommendation(finding: Finding, docs_url: str) -> Document:
    url = check_page(finding.check, docs_url) if docs_url else ""
    return {"Text": _steps(finding.fix, 512), "Url": url}


def _steps(fix: str, limit: int) -> str:
    """Put the lines of *fix* on one; as many as fit, for half a command misleads."""
    lines = [plain(line) for line in fix.splitlines() if line.strip()]
    while len(lines) > 1 and len("; ".join(lines)) > limit:
        lines.pop()
    return clipped("; ".join(lines), limit)


def _product_fields(row: Row) -> Document:
    finding = row.finding
    fields = {
        "check": finding.check,
        "version": __version__,
        "resource": finding.resource,
        "discriminator": finding.discriminator,
        "name": finding.name,
        "product": finding.product or "",
        "vpc": finding.vpc or "",
        "about": finding.about,
        "row-version": str(row.version),
        "cause": f"{row.cause.kind} {row.cause.id}",
        "changed-by": ", ".join(dict.fromkeys(one.who for one in row.cause.changes)),
        "closed-because": row.closed_because,
        "evidence": as_json(trimmed(finding.evidence, 2000)),
    }
    if not finding.evidence:
        del fields["evidence"]
    return {f"ringfence/{key}": _text(value, 2048) for key, value in fields.items()}


def _resources(finding: Finding) -> list[Document]:
    """Name the resource itself, then those that its evidence leads along."""
    main = _identified(finding)
    found = {main.id: _document(main, finding.region)}
    found[main.id] |= {"Tags": _tags(finding.tags), "Details": _details(main, finding)}
    for name in _neighbours(finding):
        other = aws_resource(name, finding.account, finding.region)
        if other and other.id not in found and len(found) < _RESOURCES:
            found[other.id] = _document(other, finding.region)
    return list(found.values())


def _identified(finding: Finding) -> Resource:
    name, account, region = finding.resource, finding.account, finding.region
    known = aws_resource(name, account, region)
    if known:
        return known
    if finding.check.startswith("RF-"):
        return Resource("AwsAccount", f"AWS::::Account:{account}")
    types = {hop["id"]: hop["type"] for hop in _hops(finding)}
    if types.get(name) == "load-balancer":
        return classic_load_balancer(name, account, region)
    return Resource("Other", _text(name, _ID))


def _hops(finding: Finding) -> Iterable[Mapping[str, Any]]:
    for exposure in finding.evidence.get("exposures", []):
        yield from exposure.get("path", [])


def _neighbours(finding: Finding) -> Iterable[str]:
    for key in ("security_groups", "groups", "used_by"):
        yield from _texts(finding, key)
    yield from (hop["id"] for hop in _hops(finding))
    yield from _texts(finding, "image")


def _texts(finding: Finding, key: str) -> list[str]:
    """Give the texts under *key* of the evidence; whatever else is there is none."""
    value = finding.evidence.get(key)
    values = value if isinstance(value, list) else [value]
    return [_text(one, _ID) for one in values if isinstance(one, str)]


def _document(resource: Resource, region: str) -> Document:
    name = partition(region)
    return {
        "Type": resource.type,
        "Id": resource.id,
        "Partition": name if name in _KNOWN_PARTITIONS else "",
        "Region": region,
    }


def _tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Give the tags; one without a value cannot be said in this format."""
    told = {_text(key, 128): _text(value, 256) for key, value in tags.items()}
    return dict(sorted(item for item in told.items() if all(item))[:_TAGS])


def _details(resource: Resource, finding: Finding) -> Document:
    name, vpc = _text(finding.name, 256), _text(finding.vpc or "", 256)
    ident = _text(finding.resource, _ID)
    product = _text(finding.product or "", 256)
    exposures = finding.evidence.get("exposures", [])
    found = {_text(exposure["address"], _ADDRESS) for exposure in exposures}
    addresses = sorted(found)[:_ADDRESSES]
    details: dict[str, Document] = {
        "AwsEc2Instance": {
            "VpcId": vpc,
            "ImageId": "".join(_texts(finding, "image")),
            "IpV4Addresses": [one for one in addresses if ":" not in one],
            "IpV6Addresses": [one for one in addresses if ":" in one],
        },
        "AwsEc2SecurityGroup": {"GroupId": ident, "GroupName": name, "VpcId": vpc},
        "AwsEc2NetworkInterface": {"NetworkInterfaceId": ident},
        "AwsElbv2LoadBalancer": {"VpcId": vpc},
        "AwsElbLoadBalancer": {"LoadBalancerName": short(ident), "VpcId": vpc},
        "AwsCertificateManagerCertificate": _certificate(finding),
    }
    if resource.type in details:
        return {resource.type: details[resource.type]}
    return {"Other": {"name": name, "vpc": vpc, "product": product}}


def _certificate(finding: Finding) -> Document:
    names = {
        "Issuer": "issuer",
        "KeyAlgorithm": "key",
        "NotAfter": "not_after",
        "NotBefore": "not_before",
        "SignatureAlgorithm": "signature",
        "Status": "status",
        "Subject": "subject",
    }
    told = {name: "".join(_texts(finding, key)) for name, key in names.items()}
    return told | {
        "DomainName": _text(finding.name, 256),
        "SubjectAlternativeNames": _texts(finding, "names")[:_NAMES],
        "InUseBy": _texts(finding, "used_by")[:_NAMES],
    }


def _network(exposure: Mapping[str, Any]) -> Document:
    """Say which connection gets in; many sources stand in the path."""
    ports = exposure["ports"]
    is_range = isinstance(ports, list)
    address = _text(exposure["address"], _ADDRESS)
    return {
        "Direction": "IN",
        "Protocol": exposure["protocol"].upper()[:16],
        "OpenPortRange": {"Begin": ports[0], "End": ports[1]} if is_range else {},
        "DestinationIpV6" if ":" in address else "DestinationIpV4": (
            "" if "/" in address else address  # a delegated prefix is no address
        ),
    }


def _network_path(exposure: Mapping[str, Any]) -> list[Document]:
    """Give the path from outside to the resource, where what gets in is said."""
    path: list[Document] = [
        {
            "ComponentId": _text(short(hop["id"]), 32),
            "ComponentType": _text(hop["type"], 32),
        }
        for hop in exposure["path"][:_COMPONENTS]
    ]
    if path:
        path[-1]["Ingress"] = _ingress(exposure)
    return path


def _ingress(exposure: Mapping[str, Any]) -> Document:
    ports = exposure["ports"]
    ranges = [{"Begin": ports[0], "End": ports[1]}] if isinstance(ports, list) else []
    return {
        "Protocol": exposure["protocol"].upper()[:16],
        "Source": {
            "Address": [_text(one, _ADDRESS) for one in exposure["sources"]][
                :_ADDRESSES
            ]
        },
        "Destination": {
            "Address": [_text(exposure["address"], _ADDRESS)],
            "PortRanges": ranges,
        },
    }
