"""Notes to findings in Security Hub, where people wrote none."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from ringfence.actions import OURS, Action

if TYPE_CHECKING:
    from mypy_boto3_securityhub import SecurityHubClient

HOW_TO_ACCEPT = (
    "Not accepted yet. Replace this note by the reason why this finding may stay, "
    "then choose the action again within a day. The note's author becomes the owner "
    "of the acceptance, which ends after 30 days."
)


def advise(client: "SecurityHubClient", action: Action) -> str | None:
    """
    Say on the finding how it is accepted, if there is no note on it at all.

    Give what went wrong; None when nothing did.
    """
    try:
        _advise(client, action)
    except (ClientError, BotoCoreError) as error:
        return f"no note could be written: {error}"
    return None


def _advise(client: "SecurityHubClient", action: Action) -> None:
    identifier = {"Id": action.finding, "ProductArn": action.product}
    found = client.get_findings(
        Filters={
            name: [{"Value": value, "Comparison": "EQUALS"}]
            for name, value in identifier.items()
        }  # type: ignore[arg-type]
    )["Findings"]
    if not found or "Note" in found[0]:
        return
    client.batch_update_findings(
        FindingIdentifiers=[{"Id": action.finding, "ProductArn": action.product}],
        Note={"Text": HOW_TO_ACCEPT, "UpdatedBy": OURS},
    )
