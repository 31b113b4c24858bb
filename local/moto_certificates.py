"""
Certificates in moto's ACM and IAM as AWS shows them.

AWS takes only certificates that are valid on the day of import. One that has
expired since was imported when it was valid; moto's clock cannot be set back, so
its import is judged as of the certificate's own days.
"""

from datetime import datetime
from typing import Any

from cryptography import x509
from moto.acm.models import CertBundle
from moto.elbv2 import models as elbv2
from moto.iam.models import Certificate
from moto.iam.responses import IamResponse

from local.patching import replace


def install() -> None:
    """Let expired certificates in, and say truly until when they are and for whom."""
    for name in ("validate_certificate", "validate_chain"):
        replace(CertBundle, name, _as_of_its_days(getattr(CertBundle, name)))
    _name_balancers()
    for name in ("list_server_certificates", "get_server_certificate"):
        replace(IamResponse, name, _with_expiry(getattr(IamResponse, name)))


def _as_of_its_days(original: Any) -> Any:
    def validate(self: Any) -> Any:
        self._not_valid_after = lambda _: datetime.max  # noqa: DTZ901 - moto's is naive
        try:
            return original(self)
        finally:
            del self._not_valid_after

    validate.__name__ = original.__name__
    return validate


def _name_balancers() -> None:
    """Name the load balancer that uses a certificate, as AWS does; not its listener."""
    register = vars(elbv2)["register_certificate"]

    def register_certificate(
        account_id: str, region: str, arn_certificate: str, arn_user: str
    ) -> None:
        balancer = arn_user.replace(":listener/", ":loadbalancer/").rpartition("/")[0]
        register(account_id, region, arn_certificate, balancer)

    replace(elbv2, "register_certificate", register_certificate)


def _with_expiry(original: Any) -> Any:
    """Say when a server certificate expires; moto says 2012 of all."""

    def answer(self: Any) -> Any:
        result = original(self)
        ends = {
            item.arn: _end(item) for item in self.backend.list_server_certificates()
        }
        told = result.result.get("ServerCertificateMetadataList")
        if told is None:
            told = [result.result["ServerCertificate"]["ServerCertificateMetadata"]]
        for metadata in told:
            metadata["Expiration"] = ends[metadata["Arn"]]
        return result

    answer.__name__ = original.__name__
    return answer


def _end(certificate: Certificate) -> datetime:
    parsed = x509.load_pem_x509_certificate(certificate.cert_body.encode())
    return parsed.not_valid_after_utc
