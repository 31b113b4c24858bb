"""`local.security_hub` behind moto's Security Hub endpoints."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.securityhub import urls
from moto.securityhub.exceptions import SecurityHubClientError
from moto.securityhub.models import SecurityHubBackend
from moto.securityhub.responses import SecurityHubResponse

from local.security_hub import Hub, HubError

_hubs: dict[tuple[str, str], Hub] = {}


def install() -> None:
    """Replace what moto does not check, and add what it does not have."""
    urls.url_paths["{0}/findings/batchupdate$"] = SecurityHubResponse.dispatch
    for operation in (batch_import_findings, batch_update_findings, get_findings):
        setattr(SecurityHubResponse, operation.__name__, _answering(operation))


def batch_import_findings(response: Any) -> dict[str, Any]:
    """Do BatchImportFindings."""
    return _hub(response).import_findings(
        json.loads(response.body)["Findings"],
        caller=response.current_account,
        now=_now(),
    )


def batch_update_findings(response: Any) -> dict[str, Any]:
    """Do BatchUpdateFindings."""
    changes = json.loads(response.body)
    identifiers = changes.pop("FindingIdentifiers")
    return _hub(response).update_findings(identifiers, changes, now=_now())


def get_findings(response: Any) -> dict[str, Any]:
    """Do GetFindings, in pages."""
    request = json.loads(response.body or "{}")
    if request.get("SortCriteria"):
        raise HubError("InvalidInputException", "SortCriteria is not known here.")
    found = _hub(response).get_findings(request.get("Filters", {}))
    start, size = int(request.get("NextToken") or 0), request.get("MaxResults", 100)
    if not 1 <= size <= 100:  # noqa: PLR2004
        raise HubError("InvalidInputException", "MaxResults must be 1 to 100.")
    page: dict[str, Any] = {"Findings": found[start : start + size]}
    if start + size < len(found):
        page["NextToken"] = str(start + size)
    return page


def _answering(operation: Callable[[Any], dict[str, Any]]) -> Callable[[Any], str]:
    def answer(response: Any) -> str:
        try:
            return json.dumps(operation(response))
        except HubError as error:
            raise SecurityHubClientError(error.code, str(error)) from error

    answer.__name__ = operation.__name__
    return answer


def _hub(response: Any) -> Hub:
    """Give the hub of the caller's account and Region, enabled as moto's is."""
    backend: SecurityHubBackend = response.securityhub_backend
    key = (backend.account_id, backend.region_name)
    hub = _hubs.setdefault(key, Hub(account=key[0], region=key[1]))
    hub.is_enabled = backend.enabled
    return hub


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")  # noqa: TID251
