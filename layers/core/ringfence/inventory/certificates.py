"""Certificates in ACM and IAM: from AWS's answers to records."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from ringfence.inventory import balancing, classic
from ringfence.inventory.answers import (
    Answers,
    Raw,
    inner,
    moment,
    present,
    rows,
    structure,
    text,
    text_or_empty,
    text_or_none,
    texts,
)
from ringfence.inventory.records import Certificate
from ringfence.inventory.validations import Validation

if TYPE_CHECKING:
    from ringfence.inventory.pem import Body

ACM_LIST = "acm.list_certificates"
ACM_DETAIL = "acm.describe_certificate"
ACM_BODY = "acm.get_certificate"
IAM_LIST = "iam.list_server_certificates"
IAM_BODY = "iam.get_server_certificate"
SNI = "elbv2.describe_listener_certificates"

_KINDS = {"AMAZON_ISSUED": "issued", "PRIVATE": "private", "IMPORTED": "imported"}


def read_acm(answers: Answers) -> tuple[Certificate, ...]:
    def read(summary: Raw) -> Certificate | None:
        arn = text(summary, "CertificateArn")
        return answers.one_of(
            ACM_DETAIL,
            arn,
            lambda raw: _acm(answers, arn, structure(raw, "Certificate")),
        )

    found = answers.each(ACM_LIST, "CertificateSummaryList", read)
    return tuple(certificate for certificate in found if certificate)


def read_iam(answers: Answers) -> tuple[Certificate, ...]:
    users = _balancers_by_certificate(answers)
    return answers.each(
        IAM_LIST,
        "ServerCertificateMetadataList",
        lambda raw: _iam(answers, users, raw),
    )


def is_imported(certificate: Raw) -> bool:
    """Whether someone else made *certificate*, so that its body tells news."""
    return certificate.get("Type") == "IMPORTED"


def _acm(answers: Answers, arn: str, raw: Raw) -> Certificate:
    body = None
    if is_imported(raw):
        body = _body(answers, ACM_BODY, arn, lambda raw: text(raw, "Certificate"))
    renewal = inner(raw, "RenewalSummary")
    kind = text(raw, "Type")
    return Certificate(
        id=arn,
        store="acm",
        kind=_KINDS.get(kind, kind.lower()),
        status=text(raw, "Status"),
        domain=text_or_empty(raw, "DomainName"),
        names=texts(raw, "SubjectAlternativeNames"),
        subject=text_or_empty(raw, "Subject"),
        issuer=text_or_empty(raw, "Issuer"),
        not_before=moment(raw, "NotBefore"),
        not_after=moment(raw, "NotAfter"),
        # DescribeCertificate says RSA-2048 where ListCertificates says RSA_2048.
        key=text_or_empty(raw, "KeyAlgorithm").replace("-", "_")
        or (body.key if body else ""),
        signature=text_or_empty(raw, "SignatureAlgorithm")
        or (body.signature if body else ""),
        is_self_signed=body.is_self_signed if body else None,
        is_renewable=text_or_none(raw, "RenewalEligibility") == "ELIGIBLE",
        renewal=text_or_empty(renewal, "RenewalStatus"),
        failure=text_or_empty(raw, "FailureReason")
        or text_or_empty(renewal, "RenewalStatusReason"),
        requested_at=moment(raw, "CreatedAt"),
        validations=_validations(raw, renewal),
        is_logged=_is_logged(inner(raw, "Options")),
        used_by=texts(raw, "InUseBy"),
    )


def _validations(raw: Raw, renewal: Raw) -> tuple[Validation, ...]:
    """The renewal's while it waits for them, else the request's."""
    waits = text_or_none(renewal, "RenewalStatus") == "PENDING_VALIDATION"
    options = rows(renewal if waits else raw, "DomainValidationOptions")
    return tuple(_validation(option) for option in options)


def _validation(raw: Raw) -> Validation:
    record = inner(raw, "ResourceRecord")
    return Validation(
        domain=text(raw, "DomainName"),
        status=text_or_empty(raw, "ValidationStatus"),
        method=text_or_empty(raw, "ValidationMethod"),
        record=" ".join(text(record, key) for key in ("Name", "Type", "Value"))
        if record
        else "",
    )


def _is_logged(options: Raw) -> bool | None:
    preference = text_or_none(options, "CertificateTransparencyLoggingPreference")
    return None if preference is None else preference == "ENABLED"


def _iam(
    answers: Answers, users: Mapping[str, tuple[str, ...]], raw: Raw
) -> Certificate:
    arn = text(raw, "Arn")
    body = _body(answers, IAM_BODY, text(raw, "ServerCertificateName"), _iam_pem)
    return Certificate(
        id=arn,
        store="iam",
        kind="imported",
        status="ISSUED",
        domain=body.names[0] if body and body.names else "",
        names=body.names if body else (),
        subject=body.subject if body else "",
        issuer=body.issuer if body else "",
        not_before=body.not_before if body else None,
        not_after=moment(raw, "Expiration"),
        key=body.key if body else "",
        signature=body.signature if body else "",
        is_self_signed=body.is_self_signed if body else None,
        used_by=users.get(arn, ()),
    )


def _iam_pem(raw: Raw) -> str:
    return text(structure(raw, "ServerCertificate"), "CertificateBody")


def _body(
    answers: Answers, operation: str, argument: str, read: Callable[[Raw], str]
) -> "Body | None":
    """
    The parsed body; None where it was not asked for or cannot be parsed.

    `cryptography` is loaded only where there is something to parse: it costs
    a fifth of an EC2 client, and most evaluations follow a change of rules.
    """
    if not answers.has(operation, argument):
        return None
    body = answers.one_of(operation, argument, read)
    if body is None:
        return None
    from ringfence.inventory.pem import parse  # noqa: PLC0415

    return parse(body)


def _balancers_by_certificate(answers: Answers) -> Mapping[str, tuple[str, ...]]:
    """
    What uses each certificate: IAM itself does not tell.

    Load balancers of the Region alone; CloudFront's are not seen here.
    """
    found: dict[str, tuple[str, ...]] = {}
    listeners = answers.each(balancing.LISTENERS, "Listeners", _balancer_and_arns)
    classics = (
        (listener.balancer, listener.certificates)
        for listener in classic.read_listeners(answers)
    )
    for balancer, arns in (*listeners, *classics, *_further(answers)):
        for arn in arns:
            if balancer not in found.get(arn, ()):
                found[arn] = (*found.get(arn, ()), balancer)
    return found


def _further(answers: Answers) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What listeners have besides their own, for server name indication."""
    if not answers.has(SNI):
        return
    balancer_of = dict(
        answers.each(
            balancing.LISTENERS,
            "Listeners",
            lambda raw: (text(raw, "ListenerArn"), text(raw, "LoadBalancerArn")),
        )
    )
    for listener in answers.arguments(SNI):
        arns = answers.each_of(
            SNI, listener, "Certificates", lambda raw: text(raw, "CertificateArn")
        )
        if arns and listener in balancer_of:
            yield balancer_of[listener], arns


def ends_tls(listener: Raw) -> bool:
    """Whether *listener* may have several certificates."""
    return listener.get("Protocol") in ("HTTPS", "TLS")


def _balancer_and_arns(listener: Raw) -> tuple[str, tuple[str, ...]]:
    return (
        text(listener, "LoadBalancerArn"),
        present(rows(listener, "Certificates"), "CertificateArn"),
    )
