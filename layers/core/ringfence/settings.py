"""The environment, read once into a frozen model per function."""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict


class SettingsError(ValueError):
    """The environment lacks a variable; the message names it."""


def _listed(value: object) -> object:
    """``a,b`` as a list; an empty text as an empty one."""
    return _items(value) if isinstance(value, str) else value


def _rate(value: object) -> object:
    """``rate(15 minutes)`` as a duration."""
    match = re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", str(value))
    return timedelta(**{f"{match[2]}s": int(match[1])}) if match else value


def _named(value: object) -> object:
    """``a=b,c=d`` as a mapping."""
    if isinstance(value, str):
        return {
            name: told
            for name, _, told in (item.partition("=") for item in _items(value))
        }
    return value


def _items(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


Listed = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Named = Annotated[dict[str, str], BeforeValidator(_named)]


class Settings(BaseModel):
    """A field is the variable of the same name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    aws_region: str

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read *environment*, or raise `SettingsError`."""
        missing = [name for name in cls.variables() if name not in environment]
        if missing:
            raise SettingsError(
                f"The environment lacks {', '.join(missing)}; template.yaml sets it."
            )
        return cls.model_validate(
            {field: environment[field.upper()] for field in cls.model_fields}
        )

    @classmethod
    def variables(cls) -> tuple[str, ...]:
        """The variables that are read."""
        return tuple(field.upper() for field in cls.model_fields)


class MembersSettings(Settings):
    """*member_role* names the roles in other accounts."""

    external_id: str
    member_role: str


class PlanSettings(Settings):
    """
    *regions* of *accounts* are to be swept, besides this one of this account.

    *sweep_period* is the schedule's.
    """

    accounts: Listed
    change_queue_url: str
    findings_table: str
    sweep_queue_url: str
    regions: Listed
    sweep_period: Annotated[timedelta, BeforeValidator(_rate)]


class SweepSettings(MembersSettings):
    """
    *sweep_period* is the schedule's, *regions* are as for plans; with
    *probes_inside*, probes are in a VPC.

    *change_rules* are the names of the stack's event rules, by what each is for; they
    feed the queue *change_queue_arn*.
    """

    accounts: Listed
    change_queue_arn: str
    change_rules: Named
    findings_table: str
    policy_parameter: str
    probe_queue_url: str
    probes_inside: bool
    regions: Listed
    release_feeds: bool
    sweep_period: Annotated[timedelta, BeforeValidator(_rate)]
    user_data: bool


class ChangeSettings(MembersSettings):
    """All as for sweeps."""

    accounts: Listed
    change_queue_arn: str
    change_rules: Named
    findings_table: str
    policy_parameter: str
    change_queue_url: str
    probe_queue_url: str
    probes_inside: bool
    regions: Listed


class ProbeSettings(Settings):
    """With *probes_inside*, private addresses may be dialled."""

    accounts: Listed
    findings_table: str
    probes_inside: bool


class ActSettings(Settings):
    """Where what people ask for in Security Hub leads."""

    findings_table: str
    sweep_queue_url: str


class PublishSettings(MembersSettings):
    """*docs_url* is the prefix of the check pages' addresses; empty: none."""

    alert_topic_arn: str
    dead_letter_queue_url: str
    docs_url: str
    findings_table: str
    idempotency_table: str
