"""Certificates of both stores are read into one record."""

from datetime import UTC, datetime

from ringfence.inventory import Inventory
from ringfence.inventory.read import read
from ringfence.inventory.records import Certificate
from ringfence.inventory.validations import Validation
from ringfence.snapshot import Gap
from tests.inventory.estate import a_snapshot, an_inventory, pages

ACM = "arn:aws:acm:eu-west-1:123456789012:certificate"
IAM = "arn:aws:iam::123456789012:server-certificate/old"
ELB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer"
START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)


def _iam(inventory: Inventory) -> Certificate:
    (found,) = [item for item in inventory.certificates if item.store == "iam"]
    return found


def test_an_issued_certificate_has_its_renewal() -> None:
    """Its key's type is written as ListCertificates writes it."""
    assert (
        Certificate(
            id=f"{ACM}/issued",
            store="acm",
            kind="issued",
            status="ISSUED",
            domain="git.example.com",
            names=("git.example.com", "*.git.example.com"),
            subject="CN=git.example.com",
            issuer="Amazon",
            not_before=START,
            not_after=datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC),
            key="RSA_2048",
            signature="SHA256WITHRSA",
            is_renewable=True,
            renewal="FAILED",
            failure="CAA_ERROR",
            requested_at=START,
            validations=(
                Validation(domain="git.example.com", status="SUCCESS", method="DNS"),
            ),
            is_logged=True,
            used_by=(f"{ELB}/app/web/a1",),
        )
        == an_inventory().certificates[0]
    )


def test_an_imported_certificate_s_body_tells_what_acm_does_not() -> None:
    """Who signed it, with which key and algorithm."""
    own = an_inventory().certificates[1]

    assert ("imported", True, "RSA_2048", "SHA256WITHRSA") == (
        own.kind,
        own.is_self_signed,
        own.key,
        own.signature,
    )


def test_a_certificate_never_issued_has_no_time() -> None:
    """Nothing to expire."""
    failed = an_inventory().certificates[2]

    assert ("FAILED", "CAA_ERROR", None, None) == (
        failed.status,
        failed.failure,
        failed.not_before,
        failed.not_after,
    )


def test_a_private_authority_s_certificate_is_of_its_own_kind() -> None:
    """It is ACM's, but not signed by a public authority."""
    assert "private" == an_inventory().certificates[3].kind


def test_a_server_certificate_of_iam_is_told_by_its_body() -> None:
    """What uses it is told by the listeners that name it."""
    assert Certificate(
        id=IAM,
        store="iam",
        kind="imported",
        status="ISSUED",
        domain="old.example.com",
        names=("old.example.com", "www.old.example.com"),
        subject="CN=old.example.com",
        issuer="CN=Example CA",
        not_before=START,
        not_after=END,
        key="EC_prime256v1",
        signature="SHA256WITHRSA",
        is_self_signed=False,
        used_by=(f"{ELB}/net/ssh/b1", "jira", f"{ELB}/app/web/a1"),
    ) == _iam(an_inventory())


def test_a_body_that_cannot_be_parsed_is_nobody_s_fault() -> None:
    """The certificate stays, and whether it is self-signed is not known."""
    body = {f"{ACM}/self": {"Certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n"}}

    own = an_inventory(acm__get_certificate=body).certificates[1]

    assert (None, "") == (own.is_self_signed, own.key)


def test_bodies_denied_leave_the_certificates_read() -> None:
    """Expiry is known without them; their own gap says what is not."""
    gap = Gap("acm.get_certificate", "AccessDeniedException")
    responses = pages()
    del responses[gap.operation]

    inventory = read(a_snapshot(responses, gap))

    assert {"certificate_bodies": (gap,)} == inventory.gaps
    assert "certificates" in inventory.read
    assert (END, None) == (
        inventory.certificates[1].not_after,
        inventory.certificates[1].is_self_signed,
    )


def test_a_certificate_deleted_meanwhile_is_left_out() -> None:
    """Null says that ACM no longer knew it."""
    details = pages()["acm.describe_certificate"] | {f"{ACM}/self": None}

    inventory = an_inventory(acm__describe_certificate=details)

    assert f"{ACM}/self" not in {item.id for item in inventory.certificates}
    assert "certificates" in inventory.read


def test_without_listeners_nobody_knows_what_uses_a_server_certificate() -> None:
    """IAM's share of the part needs them; ACM's certificates are there."""
    gap = Gap("elbv2.describe_listeners", "AccessDenied")
    responses = pages()
    del responses[gap.operation]

    inventory = read(a_snapshot(responses, gap))

    assert {"acm"} == {item.store for item in inventory.certificates}
    assert "certificates" not in inventory.read


def test_a_body_gone_meanwhile_leaves_the_certificate() -> None:
    """It was there a moment ago; the next collection will tell."""
    own = an_inventory(acm__get_certificate={f"{ACM}/self": None}).certificates[1]

    assert (f"{ACM}/self", None) == (own.id, own.is_self_signed)


def test_a_balancer_with_two_such_listeners_is_named_once() -> None:
    """It is the balancer that uses the certificate."""
    listeners = pages()["elbv2.describe_listeners"]["Listeners"]

    inventory = an_inventory(
        elbv2__describe_listeners={"Listeners": [*listeners, listeners[2]]}
    )

    assert (f"{ELB}/net/ssh/b1", "jira", f"{ELB}/app/web/a1") == _iam(inventory).used_by


def test_a_certificate_that_waits_names_the_records_that_are_missing() -> None:
    """Where ACM has made one up; and since when it waits."""
    waiting = an_inventory().certificates[4]

    assert (
        "PENDING_VALIDATION",
        datetime(2026, 11, 20, tzinfo=UTC),
        ("_a1.new.example.com. CNAME _b1.acm-validations.aws.", ""),
        False,
    ) == (
        waiting.status,
        waiting.requested_at,
        tuple(item.record for item in waiting.validations),
        waiting.is_logged,
    )


def test_a_renewal_that_waits_has_validations_of_its_own() -> None:
    """Those of the request were met long ago."""
    details = pages()["acm.describe_certificate"]
    details[f"{ACM}/issued"]["Certificate"]["RenewalSummary"] = {
        "RenewalStatus": "PENDING_VALIDATION",
        "DomainValidationOptions": [
            {"DomainName": "git.example.com", "ValidationStatus": "PENDING_VALIDATION"}
        ],
        "UpdatedAt": "2026-11-01T00:00:00+00:00",
    }

    renewed = an_inventory(acm__describe_certificate=details).certificates[0]

    assert ["PENDING_VALIDATION"] == [item.status for item in renewed.validations]


def test_without_further_certificates_the_listeners_own_tell_the_use() -> None:
    """An older snapshot does not have them, and a listener may be gone since."""
    responses = pages()
    further = responses.pop("elbv2.describe_listener_certificates")
    without = (f"{ELB}/net/ssh/b1", "jira")

    assert without == _iam(read(a_snapshot(responses))).used_by

    gone = dict.fromkeys(further)
    inventory = an_inventory(elbv2__describe_listener_certificates=gone)
    assert without == _iam(inventory).used_by
