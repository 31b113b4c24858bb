"""Sessions of other accounts, each by its member role, kept while warm."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import boto3
import botocore.session
from botocore.exceptions import ClientError

# A function runs for 15 minutes at most: what it begins with must outlast that.
MARGIN = timedelta(minutes=20)
# The role is assumed with a role's credentials, which AWS allows for one hour.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
_LASTS_S = 3600
_WARM = 10  # sessions with their clients; credentials are kept for all accounts
_REFUSED = frozenset(
    {"AccessDenied", "AccessDeniedException", "RegionDisabledException"}
)


class RefusedError(RuntimeError):
    """An account does not let us in; *code* and *message* are AWS's."""

    def __init__(self, role: str, code: str, message: str) -> None:
        super().__init__(f"{role}: {code}")
        self.role = role
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """
    How to become the member role of another account.

    *sts* is a client of the function's own Region, *role* the roles' name there;
    auditors find what we did under the session's name, *session_name*.
    """

    sts: Any
    role: str
    external_id: str
    session_name: str
    now: Callable[[], datetime]
    _given: dict[str, dict[str, Any]] = field(default_factory=dict)

    def role_of(self, account: str) -> str:
        """The ARN of the member role of *account*."""
        return f"arn:{self.sts.meta.partition}:iam::{account}:role/{self.role}"

    def session(self, account: str) -> boto3.Session:
        """
        A session in *account*, or raise `RefusedError`.

        What may pass (throttling, no connection) is raised as it is.
        """
        given = self._given.get(account)
        if given is None or given["Expiration"] - self.now() < MARGIN:
            given = self._given[account] = self._assumed(account)
        return _session(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        )

    def enter_anew(self, account: str) -> None:
        """As `session`, whatever was given before: whether we are let in now."""
        self._given[account] = self._assumed(account)

    def _assumed(self, account: str) -> dict[str, Any]:
        role = self.role_of(account)
        try:
            answer = self.sts.assume_role(
                RoleArn=role,
                RoleSessionName=self.session_name,
                ExternalId=self.external_id,
                DurationSeconds=_LASTS_S,
            )
        except ClientError as error:
            self._given.pop(account, None)
            told = error.response.get("Error", {})
            if told.get("Code") not in _REFUSED:
                raise
            raise RefusedError(role, told["Code"], told.get("Message", "")) from None
        given: dict[str, Any] = answer["Credentials"]
        return given


@lru_cache(maxsize=_WARM)
def _session(key: str, secret: str, token: str) -> boto3.Session:
    """A session that shares the parsed service models with all others."""
    core = botocore.session.Session()
    core.register_component("data_loader", _loader())
    return boto3.Session(
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        botocore_session=core,
    )


@lru_cache(maxsize=1)
def _loader() -> Any:
    """Models are large: EC2's alone takes half a second to read."""
    return botocore.session.Session().get_component("data_loader")
