"""
The outbox: records of the findings table's stream, each brought where it belongs.

Everything here may be repeated. A finding that is imported again carries its
row's own ``UpdatedAt`` and is ignored by Security Hub; an alert is remembered
by its id. So a batch that fails half-way is simply handed over again from its
first failed record. What no repetition can help goes to the dead-letter queue.
The findings of an account and Region whose Security Hub is shut are parked: they
stand in the table, hold nobody else's up, and are sent again by a sweep.
"""

import json
import logging
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.idempotency import (
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyInconsistentStateError,
    IdempotencyPersistenceLayerError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.base import (
    BasePersistenceLayer,
)
from botocore.exceptions import BotoCoreError, ClientError

from ringfence.alerts import ALERT_PREFIX, Alert
from ringfence.members import RefusedError
from ringfence.parked import ParkedPlaces
from ringfence.publish import security_hub, sns
from ringfence.publish.security_hub import Pause, ShutError
from ringfence.render.asff import asff, product_arn
from ringfence.transitions import ROW_PREFIX, Row

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_securityhub import SecurityHubClient
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

logger = logging.getLogger(__name__)

REMEMBERED_S = 14 * 24 * 3600

_LETTER = 200_000
_REFUSED = ("InvalidParameter", "ParameterValueInvalid", "Validation")
_Record = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Outlets:
    """
    Where to publish.

    *security_hub* gives a client for an account and Region, *parked* remembers
    where it is shut, *sent* remembers alerts by id, *pause* waits before an attempt
    with the given number is repeated.
    """

    security_hub: "Callable[[str, str], SecurityHubClient]"
    parked: ParkedPlaces
    sns: "SNSClient"
    topic: str
    sqs: "SQSClient"
    dead_letters: str
    sent: BasePersistenceLayer
    pause: Pause
    docs_url: str = ""


def publish(
    records: Iterable[_Record], outlets: Outlets, context: "LambdaContext"
) -> dict[str, list[dict[str, str]]]:
    """
    Publish what *records* (of a NEW_IMAGE stream) tell; answer as Lambda expects.

    The answer names the first failed record; Lambda hands over that one and all
    after it again. *context* bounds how long an alert counts as being sent.
    """
    batch = _Batch(outlets, context)
    for record in records:
        batch.take(record)
    batch.send_alerts()
    batch.import_findings()
    failed = sorted(batch.failed, key=_place)[:1]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}


@dataclass
class _Newest:
    """The newest version of one finding, and the records that brought it here."""

    row: Row
    numbers: list[str] = field(default_factory=list)


class _Batch:
    def __init__(self, outlets: Outlets, context: "LambdaContext") -> None:
        self._outlets = outlets
        self._context = context
        self._alerts: dict[str, Alert] = {}
        self._findings: dict[str, _Newest] = {}
        self.failed: set[str] = set()

    def take(self, record: _Record) -> None:
        """Read *record*; one that cannot be read goes to the dead letters."""
        number = "0"
        try:
            number = record["dynamodb"]["SequenceNumber"]
            content = _read(record)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            logger.error(  # noqa: TRY400 - a ValidationError's trace shows the content
                "stream record %s cannot be read: %s", number, type(error).__name__
            )
            letter = {"kind": "record", "id": number, "code": type(error).__name__}
            self._bury([number], letter, json.dumps(record, default=str))
            return
        if isinstance(content, Alert):
            self._alerts[number] = content
        elif isinstance(content, Row):
            newest = self._findings.setdefault(content.finding.id, _Newest(content))
            newest.numbers.append(number)
            if content.version > newest.row.version:
                newest.row = content

    def send_alerts(self) -> None:
        """Publish every alert that has not been published yet."""
        config = IdempotencyConfig(
            expires_after_seconds=REMEMBERED_S, hash_function="sha256"
        )
        config.register_lambda_context(self._context)
        for number, alert in self._alerts.items():
            try:
                self._send_once(alert, config)
            except ClientError as error:
                code, message = _told(error)
                if any(part in code for part in _REFUSED):
                    logger.error("SNS refuses alert %s: %s", alert.id, message)  # noqa: TRY400
                    letter = {"kind": "alert", "id": alert.id, "code": code}
                    letter["message"] = message
                    self._bury([number], letter, alert.model_dump_json())
                else:
                    self._fail([number], f"alert {alert.id}", error)
            except (
                BotoCoreError,
                IdempotencyAlreadyInProgressError,
                IdempotencyInconsistentStateError,
                IdempotencyPersistenceLayerError,
            ) as error:
                self._fail([number], f"alert {alert.id}", error)
            except Exception as error:  # noqa: BLE001 - one alert holds no other up
                self._bury_crashed([number], "alert", alert.id, alert, error)

    def _send_once(self, alert: Alert, config: IdempotencyConfig) -> None:
        def send(*, alert_id: str) -> None:
            sns.publish(
                self._outlets.sns,
                self._outlets.topic,
                alert,
                docs_url=self._outlets.docs_url,
            )
            logger.info("published alert %s", alert_id)

        once = idempotent_function(
            send,
            data_keyword_argument="alert_id",
            persistence_store=self._outlets.sent,
            config=config,
            key_prefix="alert",
        )
        once(alert_id=alert.id)

    def import_findings(self) -> None:
        """Import every finding where it belongs, and resolve those that closed."""
        places: dict[tuple[str, str], list[_Newest]] = defaultdict(list)
        for newest in self._findings.values():
            finding = newest.row.finding
            places[finding.account, finding.region].append(newest)
        for (account, region), here in places.items():
            try:
                self._import(account, region, here)
            except (RefusedError, ShutError) as error:
                self._park(f"{account}/{region}", error.code, here)
            except (ClientError, BotoCoreError) as error:
                self._fail(_numbers(here), f"findings of {account}/{region}", error)

    def _park(self, place: str, code: str, here: Sequence[_Newest]) -> None:
        logger.warning("%d findings of %s are parked: %s", len(here), place, code)
        try:
            self._outlets.parked.park(place, code)
        except (ClientError, BotoCoreError) as error:
            self._fail(_numbers(here), f"findings of {place}", error)

    def _import(self, account: str, region: str, here: Sequence[_Newest]) -> None:
        client, pause = self._outlets.security_hub(account, region), self._outlets.pause
        items: dict[str, _Newest] = {}
        documents = []
        for item in here:
            try:
                document = asff(item.row, docs_url=self._outlets.docs_url)
            except Exception as error:  # noqa: BLE001 - one finding holds no other up
                finding = item.row.finding
                self._bury_crashed(item.numbers, "finding", finding.id, item.row, error)
                continue
            documents.append(document)
            items[document["Id"]] = item
        outcome = security_hub.import_findings(client, documents, pause=pause)
        for refused in outcome.rejected:
            logger.error("Security Hub refuses %s: %s", refused.id, refused.message)
            letter = {"kind": "finding", "id": refused.id, "code": refused.code}
            letter["message"] = refused.message
            numbers = items[refused.id].numbers
            self._bury(numbers, letter, json.dumps(refused.document))
        closed = [
            document
            for document in documents
            if document["Id"] in outcome.imported
            and not items[document["Id"]].row.is_open
        ]
        late = security_hub.resolve(
            client, closed, product_arn=product_arn(account, region), pause=pause
        )
        for ident in sorted(outcome.unfinished | late):
            logger.warning("Security Hub did not take %s yet", ident)
            self.failed.update(items[ident].numbers)

    def _fail(self, numbers: Iterable[str], what: str, error: Exception) -> None:
        logger.warning("%s not published yet: %s", what, error)
        self.failed.update(numbers)

    def _bury_crashed(
        self,
        numbers: Sequence[str],
        kind: str,
        ident: str,
        content: Row | Alert,
        error: Exception,
    ) -> None:
        """Keep what we fail to write down, for somebody to mend us."""
        place = traceback.extract_tb(error.__traceback__)[-1]
        code = type(error).__name__
        logger.error("%s %s crashed at %s: %s", kind, ident, place.name, code)
        letter = {"kind": kind, "id": ident, "code": code, "message": place.name}
        self._bury(numbers, letter, content.model_dump_json())

    def _bury(self, numbers: Sequence[str], letter: dict[str, str], text: str) -> None:
        """Keep what cannot be published where somebody will look at it."""
        body = letter | {"document": text[:_LETTER]}
        try:
            self._outlets.sqs.send_message(
                QueueUrl=self._outlets.dead_letters, MessageBody=json.dumps(body)
            )
        except (ClientError, BotoCoreError) as error:
            self._fail(numbers, f"dead letter {letter['id']}", error)


def _read(record: _Record) -> Row | Alert | None:
    """Read a record; None for one that has nothing to publish."""
    if record.get("eventName") == "REMOVE":
        return None
    image = record["dynamodb"]["NewImage"]
    item = image["item"]["S"]
    if item.startswith(ROW_PREFIX):
        return Row.model_validate_json(image["document"]["S"])
    if item.startswith(ALERT_PREFIX):
        return Alert.model_validate_json(image["document"]["S"])
    return None


def _numbers(here: Sequence[_Newest]) -> list[str]:
    return [number for newest in here for number in newest.numbers]


def _place(number: str) -> int:
    """Order sequence numbers; a record without one counts as the first."""
    return int(number) if number.isdecimal() else 0


def _told(error: ClientError) -> tuple[str, str]:
    told = error.response.get("Error", {})
    return told.get("Code", "Unknown"), told.get("Message", "")
