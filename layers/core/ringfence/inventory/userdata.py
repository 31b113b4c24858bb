"""
User data: the one setting of Atlassian's machine image that is read of it.

User data often holds passwords. What is kept of it, in a snapshot too, has gone
through `kept`, which leaves that setting and nothing else.
"""

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from ringfence.inventory.answers import (
    Answers,
    Raw,
    inner,
    integer,
    text,
    text_or_empty,
)
from ringfence.inventory.launching import (
    CONFIGURATIONS,
    GROUPS,
    VERSIONS,
    by_template,
)

INSTANCE_DATA = "ec2.describe_instance_attribute"

# What user data writes to /etc/atl, where the image's scripts find it at the first
# boot. https://confluence.atlassian.com/bitbucketserver/securing-bitbucket-in-aws-776640208.html
SETTING = "ATL_SSL_SELF_CERT_ENABLED"

_LINE = re.compile(rf"^(?!\s*#).*?\b{SETTING}=[\"']?(\w+)", re.MULTILINE)
_GZIP = b"\x1f\x8b"
_LARGEST = 1 << 20  # AWS takes 16 KB, of which cloud-init unpacks what is packed


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """
    What user data says to Atlassian's image about its certificate.

    *by* is the instance itself, or what launches it as `by_template` and `by_group`
    call it. An instance that was asked for is there in any case.
    """

    by: str
    signs_itself: bool


def by_group(name: str) -> str:
    """Name a group for the launch configuration that it has today."""
    return f"Auto Scaling group {name}"


def setting_in(encoded: str) -> str:
    """What base64 user data sets last, in its own words; empty: nothing."""
    try:
        content = base64.b64decode(encoded)
        if content.startswith(_GZIP):
            unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
            content = unpacking.decompress(content, _LARGEST)
    except (binascii.Error, ValueError, zlib.error):
        return ""
    found: list[str] = _LINE.findall(content.decode(errors="replace"))
    return found[-1] if found else ""


def kept(encoded: str) -> str:
    """What of *encoded* user data may be kept, encoded again; empty: nothing."""
    value = setting_in(encoded)
    return base64.b64encode(f"{SETTING}={value}".encode()).decode() if value else ""


def read_set_ups(answers: Answers) -> tuple[SetUp, ...]:
    """All that speak of it, where they were asked for."""
    return tuple(_set_ups(answers))


def _set_ups(answers: Answers) -> Iterator[SetUp]:
    if answers.has(INSTANCE_DATA):
        for name in answers.arguments(INSTANCE_DATA):
            data = answers.one_of(INSTANCE_DATA, name, _own)
            if data is not None:  # not gone since
                yield SetUp(by=name, signs_itself=_is_yes(data))
    if answers.has(VERSIONS):
        listed = answers.each(VERSIONS, "LaunchTemplateVersions", _version)
        yield from (one for one in listed if one.signs_itself)
    if answers.has(CONFIGURATIONS) and answers.has(GROUPS):
        told = answers.each(CONFIGURATIONS, "LaunchConfigurations", _configuration)
        signing = {name for name, signs_itself in told if signs_itself}
        for name, configuration in answers.each(GROUPS, "AutoScalingGroups", _group):
            if configuration in signing:
                yield SetUp(by=by_group(name), signs_itself=True)


def _own(raw: Raw) -> str:
    return text_or_empty(inner(raw, "UserData"), "Value")


def _version(raw: Raw) -> SetUp:
    data = text_or_empty(inner(raw, "LaunchTemplateData"), "UserData")
    number = str(integer(raw, "VersionNumber") or 0)
    by = by_template(text(raw, "LaunchTemplateId"), number)
    return SetUp(by=by, signs_itself=_is_yes(data))


def _configuration(raw: Raw) -> tuple[str, bool]:
    name = text(raw, "LaunchConfigurationName")
    return name, _is_yes(text_or_empty(raw, "UserData"))


def _group(raw: Raw) -> tuple[str, str]:
    name = text(raw, "AutoScalingGroupName")
    return name, text_or_empty(raw, "LaunchConfigurationName")


def _is_yes(encoded: str) -> bool:
    """The image's scripts compare with ``true``, as shells do: by the letter."""
    return setting_in(encoded) == "true"
