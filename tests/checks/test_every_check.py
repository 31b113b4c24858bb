"""What holds for every check."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ringfence import identity
from ringfence.checks import Check, all_checks
from ringfence.cli.pages import pages, stale_pages
from ringfence.estate import Estate
from ringfence.finding import Problem
from ringfence.inventory import PARTS, Inventory
from ringfence.render.recommendations import RECOMMENDATIONS
from tests.build import an_estate, an_inventory, days
from tests.checks.every import firing, module_of, quiet

# Permanent: a code is never given to another check. A check that goes moves to
# RETIRED, with the code of its successor if it has one.
CODES = {
    "AMI-001": "old_image",
    "AMI-002": "deprecated_image",
    "AMI-003": "gone_image",
    "AMI-004": "ended_system",
    "AMI-005": "unknown_owner",
    "AMI-006": "stale_group",
    "AMI-007": "superseded_image",
    "AMI-008": "stale_template",
    "AMI-009": "long_running",
    "BAK-001": "stale_backup",
    "BAK-002": "short_database_backups",
    "BAK-003": "public_snapshot",
    "BAK-004": "volume_lost_on_termination",
    "BAK-005": "unprotected_database",
    "BAK-006": "backups_in_one_account",
    "BAK-007": "change_without_backup",
    "CERT-001": "expired_certificate",
    "CERT-002": "expiring_certificate",
    "CERT-003": "self_signed_certificate",
    "CERT-004": "weak_certificate",
    "CERT-005": "failed_certificate",
    "CERT-006": "waiting_certificate",
    "CERT-007": "certificate_in_iam",
    "CERT-008": "unlogged_certificate",
    "CERT-009": "self_signing_stack",
    "DNS-001": "dangling_record",
    "DNS-002": "ephemeral_address",
    "DNS-003": "nameless_product",
    "DNS-004": "stray_name",
    "DNS-005": "changed_certificate",
    "ENC-001": "unencrypted_storage",
    "EXP-001": "exposed_admin_port",
    "EXP-002": "exposed_database",
    "EXP-003": "exposed_private_port",
    "EXP-004": "plain_http_product",
    "EXP-005": "unexpected_port",
    "EXP-006": "ipv6_only_exposure",
    "EXP-007": "public_backend",
    "EXP-008": "open_peer_port",
    "EXP-009": "exposed_metadata",
    "EXP-010": "latent_exposure",
    "EXP-011": "public_database",
    "EXP-012": "privileged_profile",
    "EXP-013": "open_endpoint_service",
    "EXP-014": "open_file_system",
    "EXP-015": "public_search",
    "HTTP-001": "plain_http_answer",
    "HTTP-002": "open_setup",
    "HTTP-003": "reachable_administration",
    "HTTP-004": "anonymous_users",
    "HTTP-005": "no_strict_transport",
    "HTTP-006": "insecure_cookie",
    "HTTP-007": "missing_headers",
    "HTTP-008": "downgrade_to_http",
    "LB-001": "old_tls",
    "LB-002": "weak_ciphers",
    "LB-003": "missing_certificate",
    "LB-004": "plain_http_inside",
    "LB-005": "old_tls_at_edge",
    "LB-006": "plain_http_at_edge",
    "LB-007": "plain_http_origin",
    "PATCH-001": "unmanaged_instance",
    "PATCH-002": "silent_agent",
    "PATCH-003": "missing_patches",
    "PATCH-004": "stale_patch_scan",
    "PATCH-005": "no_patching",
    "PATCH-006": "known_flaws",
    "PATCH-007": "ended_platform",
    "PATCH-008": "empty_baseline",
    "RF-001": "unread_part",
    "RF-002": "crashed_check",
    "RF-003": "invalid_policy",
    "RF-004": "expired_waiver",
    "RF-005": "undecided_check",
    "RF-010": "too_many_endpoints",
    "RF-011": "unseen_endpoint",
    "RF-012": "idle_rule",
    "RF-013": "silent_heartbeat",
    "RF-017": "departed_account",
    "RF-015": "unreadable_account",
    "RF-016": "security_hub_off",
    "SG-001": "open_group",
    "SG-002": "wide_open_group",
    "SG-003": "default_group",
    "SG-004": "overlapping_groups",
    "SG-005": "needlessly_wide_rule",
    "SG-006": "unused_group",
    "SG-007": "dangling_reference",
    "SG-008": "open_egress",
    "SG-009": "broad_range",
    "TLS-001": "expired_on_the_wire",
    "TLS-002": "untrusted_on_the_wire",
    "TLS-003": "expiring_on_the_wire",
    "TLS-004": "incomplete_chain",
    "TLS-005": "legacy_protocol",
    "TLS-006": "legacy_cipher",
    "TLS-007": "no_forward_secrecy",
    "TLS-008": "weak_on_the_wire",
    "TLS-009": "nameless_certificate",
    "TLS-010": "missing_staple",
    "TLS-011": "uneven_certificates",
    "TRAIL-001": "unrecorded_changes",
    "TRAIL-002": "stopped_trail",
    "TRAIL-003": "undelivered_trail",
    "TRAIL-004": "unvalidated_trail",
    "VER-001": "exploited_version",
    "VER-002": "vulnerable_version",
    "VER-003": "ended_version",
    "VER-004": "outdated_release",
    "VER-005": "unfixed_line",
    "VER-006": "ending_edition",
    "VER-007": "unknown_version",
    "WAF-001": "no_web_acl",
    "WAF-002": "idle_web_acl",
    "WAF-003": "partial_web_acl",
    "WAF-004": "unlogged_web_acl",
}
RETIRED: dict[str, str | None] = {}


class Restricted:
    """An inventory that has only the declared parts."""

    def __init__(self, inventory: Inventory, needs: frozenset[str]) -> None:
        self._inventory = inventory
        self._hidden = PARTS - needs

    def __getattr__(self, name: str) -> Any:
        if name in self._hidden:
            raise AttributeError(f"{name} is read but not among the check's needs")
        return getattr(self._inventory, name)


def cases(*, fires: bool) -> list[Any]:
    """Give every example of every check, named by code and place."""
    return [
        pytest.param(check, estate, id=f"{check.code}-{place}")
        for check in all_checks()
        for place, estate in enumerate(firing(check) if fires else quiet(check))
    ]


def problems(check: Check, estate: Estate) -> list[Problem]:
    """Give the problems that *check* sees in *estate*."""
    return [answer for answer in check(estate) if isinstance(answer, Problem)]


def restricted(check: Check, estate: Estate) -> Estate:
    """Give *estate* with what *check* declares and no more."""
    inventory: Any = Restricted(estate.inventory, check.needs | check.uses)
    narrow = replace(estate, inventory=inventory)
    if identity.NEEDS <= check.needs:  # certificates only lend identities a name
        narrow.__dict__["identities"] = estate.identities
    return narrow


every_check = pytest.mark.parametrize(
    "check", all_checks(), ids=[check.code for check in all_checks()]
)


@pytest.mark.parametrize(("check", "estate"), cases(fires=True))
def test_fires_on_each_bad_example(check: Check, estate: Estate) -> None:
    """A check tells what it exists to tell."""
    assert problems(check, estate)


@pytest.mark.parametrize(("check", "estate"), cases(fires=False))
def test_is_quiet_on_each_good_example(check: Check, estate: Estate) -> None:
    """A check tells nothing of what is good, or of what another check tells."""
    assert [] == problems(check, estate)


@every_check
def test_is_quiet_on_an_empty_estate(check: Check) -> None:
    """Where nothing is, nothing is bad and nothing is doubtful."""
    assert [] == list(check(an_estate(an_inventory())))


@pytest.mark.parametrize(("check", "estate"), cases(fires=True))
def test_reads_only_what_it_declares(check: Check, estate: Estate) -> None:
    """A part that is read but not declared would turn a gap into a pass."""
    narrow = list(check(restricted(check, estate)))

    assert list(check(estate)) == narrow


@pytest.mark.parametrize(("check", "estate"), cases(fires=True))
def test_needs_every_part_that_it_declares(check: Check, estate: Estate) -> None:
    """Only parts of an inventory can be needed."""
    assert check.needs | check.uses <= PARTS
    assert not check.needs & check.uses
    assert estate.inventory.read == PARTS


@pytest.mark.parametrize(("check", "estate"), cases(fires=True))
def test_message_stays_as_days_pass(check: Check, estate: Estate) -> None:
    """A finding is not news because a day has passed."""
    later = replace(estate.inventory, taken_at=estate.inventory.taken_at + days(1))
    tomorrow = replace(estate, inventory=later)

    assert [
        (problem.resource, problem.discriminator, problem.message, problem.fix)
        for problem in problems(check, estate)
    ] == [
        (problem.resource, problem.discriminator, problem.message, problem.fix)
        for problem in problems(check, tomorrow)
    ]


@pytest.mark.parametrize(("check", "estate"), cases(fires=True))
def test_every_problem_says_what_to_do(check: Check, estate: Estate) -> None:
    """Each problem has a remedy, a message of whole sentences, and one key."""
    found = problems(check, estate)
    keys = {(problem.resource, problem.discriminator) for problem in found}

    assert len(found) == len(keys)
    for problem in found:
        assert (problem.fix or check.fix).strip()
        assert problem.fix != ""
        assert len(problem.title or check.title) <= 256


@pytest.mark.parametrize(("check", "estate"), cases(fires=True))
def test_other_checks_of_exposure_are_quiet(check: Check, estate: Estate) -> None:
    """What one exposure check tells on one port no other one repeats."""
    if not check.code.startswith("EXP"):
        return
    told = [
        (problem.resource, problem.discriminator)
        for other in all_checks()
        if other.code.startswith("EXP")
        for problem in problems(other, estate)
    ]

    assert len(told) == len(set(told))


def test_codes_are_permanent() -> None:
    """Code and check belong together for ever."""
    assert CODES == {check.code: check.judge.__name__ for check in all_checks()}
    assert not set(RETIRED) & set(CODES)


@every_check
def test_has_a_test_module(check: Check) -> None:
    """A check without examples does not get in."""
    assert module_of(check).__doc__


@every_check
def test_is_documented(check: Check) -> None:
    """The docstring says why it is bad and what is allowed."""
    assert check.judge.__doc__
    assert check.title
    assert check.fix


@every_check
def test_names_recommendations_that_exist(check: Check) -> None:
    """A guide's id leads to its line in the recommendations."""
    assert set(check.guide) <= {item.id for item in RECOMMENDATIONS}


def test_pages_are_current() -> None:
    """Documentation follows the checks; `make docs` writes it."""
    docs = Path(__file__).parents[2] / "docs"

    assert [] == stale_pages(docs, pages())
