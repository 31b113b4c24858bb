"""A finding as the JSON object that other programs read."""

from typing import Any

from ringfence.finding import Finding


def document(finding: Finding) -> dict[str, Any]:
    """
    Give *finding* with all its fields, and its id first.

    Texts stay as they are: JSON says control characters in escapes.
    """
    return {"id": finding.id} | finding.model_dump(mode="json")
