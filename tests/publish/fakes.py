"""Security Hub, SNS and SQS as strict stand-ins that keep what they were given."""

import json
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from ringfence.render.asff import product_arn
from tests.render.asff_rules import faults
from tests.render.samples import ACCOUNT, REGION

Document = dict[str, Any]


def refusal(operation: str, code: str) -> ClientError:
    """The error of a whole call."""
    return ClientError({"Error": {"Code": code, "Message": f"{code}!"}}, operation)


class FakeSecurityHub:
    """
    Security Hub in one account and Region, by BatchImportFindings' rules.

    *failing* gives codes that findings fail with, by id, one after the other;
    *refusing* is the code with which whole calls fail.
    """

    def __init__(self, account: str = ACCOUNT, region: str = REGION) -> None:
        self.findings: dict[str, Document] = {}
        self.imports: list[list[str]] = []
        self.updates: list[list[str]] = []
        self.failing: dict[str, list[str]] = {}
        self.unprocessed: dict[str, list[str]] = {}
        self.refusing = ""
        self._account = account
        self._arn = product_arn(account, region)

    def batch_import_findings(self, *, Findings: list[Document]) -> Document:  # noqa: N803
        """Import by id; what is older is ignored, what is faulty fails."""
        if self.refusing:
            raise refusal("BatchImportFindings", self.refusing)
        assert 1 <= len(Findings) <= 100
        assert len(json.dumps(Findings).encode()) <= 6_000_000
        for document in Findings:
            if (document["AwsAccountId"], document["ProductArn"]) != (
                self._account,
                self._arn,
            ):
                raise refusal("BatchImportFindings", "AccessDeniedException")
        self.imports.append([document["Id"] for document in Findings])
        failed = [error for document in Findings if (error := self._take(document))]
        return {
            "SuccessCount": len(Findings) - len(failed),
            "FailedCount": len(failed),
            "FailedFindings": failed,
        }

    def _take(self, document: Document) -> Document | None:
        ident = document["Id"]
        codes = self.failing.get(ident)
        code = codes.pop(0) if codes else ""
        message = "; ".join(faults(document))
        if code or message:
            return {
                "Id": ident,
                "ErrorCode": code or "InvalidInput",
                "ErrorMessage": message or f"{code}!",
            }
        known = self.findings.get(ident)
        if known is None:
            self.findings[ident] = document | {"Workflow": {"Status": "NEW"}}
        elif known["UpdatedAt"] < document["UpdatedAt"]:
            self.findings[ident] = document | {"Workflow": known["Workflow"]}
        return None

    def get_paginator(self, operation: str) -> "FakeSecurityHub":
        """Only findings are paged."""
        assert operation == "get_findings"
        return self

    def paginate(
        self,
        *,
        Filters: Document,  # noqa: N803
        PaginationConfig: Document,  # noqa: N803
    ) -> Iterator[Document]:
        """Give one finding per page, to be sure that all pages are read."""
        assert 1 <= len(Filters["Id"]) <= 20
        assert PaginationConfig["PageSize"] <= 100
        for wanted in Filters["Id"]:
            found = self.findings.get(wanted["Value"])
            yield {"Findings": [found] if found else []}

    def batch_update_findings(
        self,
        *,
        FindingIdentifiers: list[Document],  # noqa: N803
        Workflow: Document,  # noqa: N803
    ) -> Document:
        """Set the workflow; what cannot be updated is told."""
        assert 1 <= len(FindingIdentifiers) <= 100
        self.updates.append([one["Id"] for one in FindingIdentifiers])
        unprocessed = []
        for identifier in FindingIdentifiers:
            codes = self.unprocessed.get(identifier["Id"])
            if codes:
                unprocessed.append(
                    {
                        "FindingIdentifier": identifier,
                        "ErrorCode": codes.pop(0),
                        "ErrorMessage": "!",
                    }
                )
            else:
                self.findings[identifier["Id"]]["Workflow"] = Workflow
        return {"ProcessedFindings": [], "UnprocessedFindings": unprocessed}

    def status(self, ident: str) -> str:
        """The workflow status of a finding."""
        status: str = self.findings[ident]["Workflow"]["Status"]
        return status


class FakeTopic:
    """SNS, with Publish's limits; *refusing* is the code with which it fails."""

    def __init__(self) -> None:
        self.messages: list[Document] = []
        self.refusing = ""

    def publish(self, **message: Any) -> Document:
        """Keep the message, if SNS would take it."""
        if self.refusing:
            raise refusal("Publish", self.refusing)
        assert 0 < len(message["Subject"]) < 100
        assert message["Subject"].isascii()
        assert message["Subject"].isprintable()
        size = len(message["Message"].encode()) + sum(
            len(name) + len(str(value))
            for name, value in message["MessageAttributes"].items()
        )
        assert size <= 262_144
        assert "default" in json.loads(message["Message"])
        assert all(
            attribute["StringValue"]
            for attribute in message["MessageAttributes"].values()
        )
        self.messages.append(message)
        return {"MessageId": str(len(self.messages))}


class FakeQueue:
    """SQS, with a message's size; *refusing* is the code with which it fails."""

    def __init__(self) -> None:
        self.letters: list[Document] = []
        self.refusing = ""

    def send_message(self, *, QueueUrl: str, MessageBody: str) -> Document:  # noqa: N803
        """Keep the message, if SQS would take it."""
        if self.refusing:
            raise refusal("SendMessage", self.refusing)
        assert QueueUrl.endswith("/dead-letters")
        assert len(MessageBody.encode()) <= 262_144
        self.letters.append(json.loads(MessageBody))
        return {"MessageId": str(len(self.letters))}
