"""What the owner accepts: trusted ranges, thresholds, products and waivers."""

import fnmatch
import ipaddress
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from ringfence.finding import Finding
from ringfence.products import PROFILES, Profile
from ringfence.releases import VersionError, version
from ringfence.services import HTTP_PORTS


class PolicyError(ValueError):
    """The policy cannot be used; the message names the field and the fix."""


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError as error:
        message = f"{text!r} is not an IPv4 or IPv6 range such as 203.0.113.0/24"
        raise ValueError(message) from error


def _roots(text: str) -> str:
    if "PRIVATE KEY-----" in text:
        raise ValueError(
            "it holds a private key: take it out, and replace that key, for it is "
            "no longer secret"
        )
    if text:
        # `cryptography` is loaded only where there is something to parse.
        from ringfence.inventory.pem import load_all  # noqa: PLC0415

        load_all(text)
    return text


def _version(text: str) -> str:
    try:
        return str(version(text))
    except VersionError as error:
        raise ValueError(str(error)) from error


def _is_listed(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Cidr = Annotated[str, AfterValidator(_network)]
Globs = Annotated[tuple[str, ...], BeforeValidator(_is_listed)]
Roots = Annotated[str, AfterValidator(_roots)]
AccountId = Annotated[str, Field(pattern=r"^\d{12}$")]
Port = Annotated[int, Field(ge=0, le=65535)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Thresholds(_Strict):
    """Where fine ends; days count from the snapshot's time."""

    certificate_expiry_days: int = Field(30, ge=1, le=397)
    certificate_urgent_days: int = Field(7, ge=0, le=397)
    image_age_days: int = Field(180, ge=1)
    newer_image_days: int = Field(60, ge=1)
    start_age_days: int = Field(180, ge=1)
    agent_silence_days: int = Field(7, ge=1)
    patch_scan_days: int = Field(30, ge=1)
    backup_age_days: int = Field(2, ge=1)
    backup_days: int = Field(7, ge=1, le=35)
    security_groups_per_interface: int = Field(3, ge=1)


class ProductPolicy(_Strict):
    """
    What differs from a product's built-in profile.

    A new product needs a *title* and *names*. *version* is believed where the
    product does not tell its own.
    """

    title: str | None = None
    names: Globs | None = None
    public: tuple[Port, ...] | None = None
    proxied: tuple[Port, ...] | None = None
    peer: tuple[Port, ...] | None = None
    loopback: tuple[Port, ...] | None = None
    told_by: tuple[Port, ...] | None = None
    version: Annotated[str, AfterValidator(_version)] | None = None


class Match(_Strict):
    """
    Which findings are meant: all that is given must match, as shell globs.

    *tags* maps a tag's key to globs of its value.
    """

    check: Globs = ("*",)
    account: Globs = ("*",)
    region: Globs = ("*",)
    resource: Globs = ("*",)
    tags: dict[str, Globs] = {}

    def covers(self, finding: Finding) -> bool:
        """Whether *finding* is meant."""
        return (
            _any_glob(self.check, finding.check)
            and _any_glob(self.account, finding.account)
            and _any_glob(self.region, finding.region)
            and _any_glob(self.resource, finding.resource)
            and all(
                key in finding.tags and _any_glob(globs, finding.tags[key])
                for key, globs in self.tags.items()
            )
        )


class Waiver(Match):
    """A match that the owner accepts until a day, for a reason."""

    reason: str = Field(min_length=8)
    owner: str = Field(min_length=1)
    expires: date
    except_: tuple[Match, ...] = Field((), alias="except")

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if self.check == ("*",) and self.resource == ("*",) and not self.tags:
            raise ValueError(
                "a waiver must name a check, a resource or a tag; "
                "one that waives everything is not accepted"
            )
        return self

    def covers(self, finding: Finding) -> bool:
        """Whether *finding* is waived, expiry aside."""
        return super().covers(finding) and not any(
            exception.covers(finding) for exception in self.except_
        )


class Endpoint(_Strict):
    """
    A name to be probed from outside.

    With *probe* off nothing looks at it, with *http* off there is a TLS handshake
    and no request (on a port of plain HTTP: nothing).
    """

    host: str = Field(min_length=1, max_length=253)
    port: Port = 443
    probe: bool = True
    http: bool = True

    @property
    def is_left_alone(self) -> bool:
        """Whether nothing of it is to be looked at."""
        return not self.probe or not (self.http or self.port not in HTTP_PORTS)


class Policy(_Strict):
    """
    All that the owner accepts. The default accepts nothing special.

    *roots* are certificates in PEM that the owner's clients trust, besides
    Mozilla's.
    """

    version: int = Field(1, ge=1, le=1)
    trusted: dict[str, tuple[Cidr, ...]] = {}
    thresholds: Thresholds = Thresholds()
    products: dict[str, ProductPolicy] = {}
    waivers: tuple[Waiver, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    roots: Roots = ""
    image_owners: tuple[AccountId, ...] = ()

    @model_validator(mode="after")
    def _new_products_are_whole(self) -> Self:
        for name, product in self.products.items():
            if name not in PROFILES and not (product.title and product.names):
                raise ValueError(
                    f"products.{name}: a product that is not built in needs "
                    f"'title' and 'names' (built in: {', '.join(PROFILES)})"
                )
        return self

    def profiles(self) -> dict[str, Profile]:
        """The built-in profiles with this policy's differences."""
        merged = dict(PROFILES)
        for name, product in self.products.items():
            base = merged.get(name)
            fields = base.model_dump() if base else {}
            told = product.model_dump(exclude_none=True, exclude={"version"})
            merged[name] = Profile(**(fields | told))
        return merged


def read_policy(text: str) -> Policy:
    """Read a policy from YAML, or raise `PolicyError`."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PolicyError(f"The policy is not YAML: {error}") from error
    if document is None:
        document = {}
    if not isinstance(document, Mapping):
        raise PolicyError(
            "The policy must be a mapping with keys such as 'trusted' and 'waivers', "
            f"not a {type(document).__name__}."
        )
    try:
        return Policy.model_validate(document)
    except ValidationError as error:
        lines = [
            f"{'.'.join(str(part) for part in detail['loc']) or 'policy'}: "
            f"{detail['msg']}"
            for detail in error.errors(include_url=False)
        ]
        raise PolicyError("The policy does not validate. " + "; ".join(lines)) from None


def _any_glob(globs: tuple[str, ...], text: str) -> bool:
    return any(fnmatch.fnmatchcase(text, glob) for glob in globs)
