"""What is asked of Certificate Manager."""

from collections.abc import Iterable

from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.inventory.certificates import is_imported

ACTIONS = (
    "acm:DescribeCertificate",
    "acm:GetCertificate",
    "acm:ListCertificates",
)

# Unless asked for by name, all but RSA of 1,024 and 2,048 bits stay unlisted.
# https://docs.aws.amazon.com/acm/latest/APIReference/API_Filters.html
KEY_TYPES = (
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)

_LIST = "acm.list_certificates"
_DETAIL = "acm.describe_certificate"
_GONE = frozenset({"ResourceNotFoundException"})


def _list(_responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    return ({"Includes": {"keyTypes": list(KEY_TYPES)}},)


def _details(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for summary in responses[_LIST]["CertificateSummaryList"]:
        yield {"CertificateArn": summary["CertificateArn"]}


def _bodies(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """The imported ones: of the others ACM itself says who signed them."""
    for arn, answer in responses[_DETAIL].items():
        if answer and is_imported(answer["Certificate"]):
            yield {"CertificateArn": arn}


OPERATIONS = (
    Operation(
        name=_LIST,
        key="CertificateSummaryList",
        page=1000,
        requests=_list,
        is_of_vpcs=False,
    ),
    Operation(
        name=_DETAIL,
        key="Certificate",
        needs=(_LIST,),
        requests=_details,
        per="CertificateArn",
        gone=_GONE,
        is_of_vpcs=False,
    ),
    Operation(
        name="acm.get_certificate",
        key="Certificate",
        needs=(_DETAIL,),
        requests=_bodies,
        per="CertificateArn",
        gone=_GONE,
        is_of_vpcs=False,
    ),
)
