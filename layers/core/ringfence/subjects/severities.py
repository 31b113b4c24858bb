"""How grave a missing patch is, in the words of its operating system."""

from ringfence.inventory.patching import MissingPatch

# Red Hat's, Amazon's, SUSE's, Ubuntu's and Microsoft's words, the gravest first.
# https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-linux-rules.html
ORDER = ("critical", "important", "high", "medium", "moderate", "low")

_SECURITY = frozenset({"security", "securityupdates", "criticalupdates"})


def by_severity(patch: MissingPatch) -> tuple[int, str]:
    """Give what sorts patches, the gravest first; words that are not known last."""
    word = patch.severity.lower()
    rank = ORDER.index(word) if word in ORDER else len(ORDER)
    return rank, patch.id


def is_security(patch: MissingPatch) -> bool:
    """Whether *patch* closes a hole, by its class."""
    return patch.classification.replace(" ", "").lower() in _SECURITY or bool(
        patch.cves
    )
