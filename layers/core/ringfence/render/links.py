"""Where a reader goes on: a check's page, a finding in the console."""

import hashlib
import string

from ringfence.finding import Finding
from ringfence.render.plain import plain
from ringfence.render.resources import partition

_CONSOLES = {
    "aws-cn": "console.amazonaws.cn",
    "aws-us-gov": "console.amazonaws-us-gov.com",
}


# RFC 3986, section 2.3; urllib is left out of the core, which does no I/O.
_UNRESERVED = frozenset((string.ascii_letters + string.digits + "-._~").encode())


_ID = 512
_HEX = 64


def imported_id(finding: Finding) -> str:
    """
    Give the id under which Security Hub knows *finding*.

    One that is too long stays stable and unique by a digest of its whole.
    """
    ident = plain(finding.id)
    if len(ident) <= _ID:
        return ident
    return f"{ident[: _ID - _HEX - 1]}#{hashlib.sha256(ident.encode()).hexdigest()}"


def check_page(code: str, docs_url: str) -> str:
    """Give the page of check *code*; relative to the project without *docs_url*."""
    return f"{docs_url.rstrip('/') or 'docs/checks'}/{code}.md"


def console(finding: Finding) -> str:
    """Give the address of *finding* in the Security Hub console."""
    region = finding.region
    host = _CONSOLES.get(partition(region), f"{region}.console.aws.amazon.com")
    value = _quoted(rf"\operator\:EQUALS\:{imported_id(finding)}")
    search = _quoted(f"Id={value}")
    return f"https://{host}/securityhub/home?region={region}#/findings?search={search}"


def _quoted(text: str) -> str:
    return "".join(
        chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"
        for byte in text.encode(errors="replace")
    )
