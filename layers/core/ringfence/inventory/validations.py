"""How ACM is shown that a name is its requester's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """
    What ACM asks for, for one name of a certificate.

    *status* is AWS's DomainStatus, *method* its ValidationMethod; *record* is
    the DNS record to be made, ``<name> <type> <value>``, empty where there is
    none or ACM has not made it up yet.
    """

    domain: str
    status: str
    method: str = ""
    record: str = ""
