"""What the certificate checks share: use, names in messages, commands."""

import re
from collections.abc import Iterator

from ringfence.inventory import Inventory
from ringfence.inventory.records import Certificate
from ringfence.inventory.validations import Validation

_AMI_OWNER = "An Atlassian Customer"

# The least that the CA/Browser Forum's Baseline Requirements (6.1.5) allow.
_LEAST_BITS = {"RSA": 2048, "EC": 256, "DSA": 2048}
_KEY = re.compile(r"(RSA|EC|DSA)_\D*(\d+)")
_BROKEN_HASH = re.compile(r"(MD2|MD5|SHA-?1)(?!\d)")


def in_use(inventory: Inventory) -> Iterator[Certificate]:
    """Give the certificates that something serves or would serve."""
    return (item for item in inventory.certificates if item.used_by)


def title_of(certificate: Certificate) -> str:
    """Give ``Certificate for <name>``, with where it is kept."""
    store = "ACM" if certificate.store == "acm" else "IAM"
    return f"The {store} certificate for {certificate.domain or certificate.id}"


def users_of(certificate: Certificate) -> str:
    """Say what uses it: names, not ARNs."""
    if not certificate.used_by:
        if certificate.store == "iam":
            return "no load balancer of this Region uses it"
        return "nothing uses it"
    names = [_short(user) for user in certificate.used_by]
    return f"used by {', '.join(names[:3])}" + (
        f" and {len(names) - 3} more" if len(names) > 3 else ""  # noqa: PLR2004
    )


def is_of_atlassian_image(subject: str) -> bool:
    """
    Whether Atlassian's machine image made the certificate for itself at first boot.

    Its organisation is ``An Atlassian Customer``, its e-mail sales@atlassian.com.
    """
    return _AMI_OWNER in subject


def weak_key(key: str) -> str:
    """Say what is weak about *key* (``RSA_1024``); empty: nothing."""
    match = _KEY.fullmatch(key) or _KEY.match(key)
    if match is None:
        return ""
    kind, bits = match[1], int(match[2])
    least = _LEAST_BITS[kind]
    return f"a {kind} key of {bits} bits, fewer than {least}" if bits < least else ""


def weak_signature(signature: str) -> str:
    """Say what is weak about *signature* (``SHA1WITHRSA``); empty: nothing."""
    match = _BROKEN_HASH.match(signature.upper())
    return f"a signature with {match[1]}" if match else ""


def install_commands() -> str:
    """
    Give what puts a trusted certificate in the place of the image's own.

    The image's nginx ends TLS, with its files in /etc/nginx/ssl.
    """
    return (
        "On the instance, with a trusted certificate, its chain and its key at hand:\n"
        "cat certificate.pem chain.pem | sudo tee /etc/nginx/ssl/self-ssl.crt\n"
        "sudo install -m 600 key.pem /etc/nginx/ssl/self-ssl.key\n"
        "sudo nginx -t && sudo service nginx reload\n"
        "Or put a load balancer with a certificate of ACM in front of it."
    )


def evidence_of(certificate: Certificate) -> dict[str, object]:
    """Give what was read of *certificate*, JSON-ready."""
    return {
        "arn": certificate.id,
        "domain": certificate.domain,
        "names": list(certificate.names),
        "kind": certificate.kind,
        "status": certificate.status,
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "not_before": _moment(certificate, "not_before"),
        "not_after": _moment(certificate, "not_after"),
        "key": certificate.key,
        "signature": certificate.signature,
        "renewal": certificate.renewal,
        "waits_for": [item.record or item.domain for item in missing(certificate)],
        "used_by": list(certificate.used_by),
    }


def replace_commands(region: str, certificate: Certificate) -> str:
    """Give the command that puts a new certificate in the place of *certificate*."""
    if certificate.store == "iam":
        name = certificate.id.rpartition("/")[2]
        return (
            f"aws iam upload-server-certificate --server-certificate-name {name}-new "
            "--certificate-body file://certificate.pem "
            "--private-key file://key.pem --certificate-chain file://chain.pem\n"
            f"Then put it on the listeners of: {', '.join(certificate.used_by)}"
        )
    if certificate.kind == "imported":
        return (
            f"aws acm import-certificate --region {region} "
            f"--certificate-arn {certificate.id} --certificate fileb://certificate.pem "
            "--private-key fileb://key.pem --certificate-chain fileb://chain.pem"
        )
    names = [name for name in certificate.names if name != certificate.domain]
    more = f" --subject-alternative-names {' '.join(names)}" if names else ""
    return (
        f"aws acm request-certificate --region {region} "
        f"--domain-name {certificate.domain} --validation-method DNS{more}\n"
        f"Then put it on the listeners of: {', '.join(certificate.used_by)}"
    )


def missing(certificate: Certificate) -> tuple[Validation, ...]:
    """Give the validations that *certificate* still waits for."""
    return tuple(item for item in certificate.validations if item.status != "SUCCESS")


def wanted_of(certificate: Certificate) -> str:
    """Say what ACM waits for."""
    waits = missing(certificate)
    names = ", ".join(item.domain for item in waits) or certificate.domain
    if any(item.method == "EMAIL" for item in waits):
        return f"somebody to approve {names} by e-mail"
    return f"the validation record of {names} in DNS"


def renewal_command(region: str, certificate: Certificate) -> str:
    """Give what validates *certificate*: its records, or the command for them."""
    waits = missing(certificate)
    records = [item.record for item in waits if item.record]
    mailed = [item.domain for item in waits if item.method == "EMAIL"]
    if mailed:
        return "\n".join(
            f"aws acm resend-validation-email --region {region} --certificate-arn "
            f"{certificate.id} --domain {domain} --validation-domain {domain}"
            for domain in mailed
        )
    if records:
        return "\n".join(
            [
                "Create in DNS, and leave there, for ACM needs it for each renewal:",
                *records,
                f"dig +short {records[0].split()[0]} {records[0].split()[1]}",
            ]
        )
    return (
        f"aws acm describe-certificate --region {region} "
        f"--certificate-arn {certificate.id} "
        "--query 'Certificate.DomainValidationOptions[].ResourceRecord'\n"
        "Create that record; ACM then renews by itself."
    )


def delete_command(region: str, certificate: Certificate) -> str:
    """Give the command that removes an unused certificate."""
    if certificate.store == "iam":
        name = certificate.id.rpartition("/")[2]
        return f"aws iam delete-server-certificate --server-certificate-name {name}"
    return (
        f"aws acm delete-certificate --region {region} "
        f"--certificate-arn {certificate.id}"
    )


def _short(arn: str) -> str:
    """Give a load balancer's name from its ARN, else the last part of it."""
    _, found, path = arn.partition(":loadbalancer/")
    if not found:
        return arn.rpartition("/")[2] or arn
    parts = path.split("/")
    return parts[1] if len(parts) > 1 else parts[0]


def _moment(certificate: Certificate, name: str) -> str | None:
    moment = certificate.not_before if name == "not_before" else certificate.not_after
    return moment.isoformat() if moment else None
