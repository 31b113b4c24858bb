"""What is asked of IAM: server certificates alone."""

from collections.abc import Iterable

from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs

ACTIONS = (
    "iam:GetServerCertificate",
    "iam:ListServerCertificates",
)

_LIST = "iam.list_server_certificates"


def _bodies(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for metadata in responses[_LIST]["ServerCertificateMetadataList"]:
        yield {"ServerCertificateName": metadata["ServerCertificateName"]}


OPERATIONS = (
    Operation(
        name=_LIST,
        key="ServerCertificateMetadataList",
        page=1000,
        is_of_vpcs=False,
    ),
    Operation(
        name="iam.get_server_certificate",
        key="ServerCertificate",
        needs=(_LIST,),
        requests=_bodies,
        per="ServerCertificateName",
        gone=frozenset({"NoSuchEntity"}),
        is_of_vpcs=False,
    ),
)
