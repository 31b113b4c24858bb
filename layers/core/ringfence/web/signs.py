"""
By what the products are recognised, and where each tells what it is.

Sources: Atlassian's REST references (application-properties, serverInfo, info),
the application links' manifest that all products serve without a login, the
`/status` pages that Atlassian gives for load balancers
(https://confluence.atlassian.com/bitbucketserver/monitor-bitbucket-1115135933.html),
and the fingerprints of Wappalyzer and Rapid7's Recog.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ringfence.web.answer import Answer

MANIFEST = "/rest/applinks/1.0/manifest"

_VERSION = r"(\d{1,4}(?:\.\d{1,6}){1,3}[\w.+-]{0,20})"
_IS_VERSION = re.compile(r"\d[\w.+-]{0,39}")
_IS_BUILD = re.compile(r"[\w.+-]{1,40}")


@dataclass(frozen=True, slots=True)
class Sign:
    """What an answer says of the product behind it; empty: nothing."""

    product: str = ""
    version: str = ""
    build: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """
    A product as it shows on the web.

    It is recognised by its type in the manifest, a cookie or header that only it
    sends, the page's `application-name`, or its *title*. *footer* holds the
    version in its group. *status*, *about*, *admin* and *users* are paths (empty:
    it has none that one look without a login tells anything by); *setup* matches
    the paths of its set-up wizard; *lists* says whether a document names users.
    """

    name: str
    types: tuple[str, ...]
    cookies: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()
    title: str
    footer: str
    setup: str
    status: str = "/status"
    about: str = ""
    admin: str
    users: str = ""
    lists: Callable[[Any], bool] = lambda _document: False

    def is_seen(self, answer: Answer) -> bool:
        """Whether *answer* is this product's."""
        application = answer.meta.get("application-name", {}).get("content", "")
        return (
            any(cookie.name in self.cookies for cookie in answer.cookies())
            or any(answer.header(name) for name in self.headers)
            or application.lower() in self.applications
            or bool(re.search(self.title, answer.title))
        )

    def version_in(self, answer: Answer) -> Sign:
        """What this product's page tells of its version."""
        meta = answer.meta
        told = meta.get("application-name", {}).get("data-version", "")
        told = told or meta.get("ajs-version-number", {}).get("content", "")
        if not told and (found := re.search(self.footer, answer.body)):
            told = found[1]
        build = meta.get("ajs-build-number", {}).get("content", "")
        return Sign(self.name, _version(told), _build(build))


def _first(key: str, *fields: str) -> Callable[[Any], bool]:
    """Whether the list at *key* begins with an object that has one of *fields*."""

    def lists(document: Any) -> bool:
        listed = document.get(key) if isinstance(document, dict) else None
        first = listed[0] if isinstance(listed, list) and listed else None
        return isinstance(first, dict) and any(first.get(name) for name in fields)

    return lists


KINDS = (
    Kind(
        name="bitbucket",
        types=("bitbucket", "stash"),
        cookies=("BITBUCKETSESSIONID",),
        applications=("bitbucket", "stash"),
        title=r"(?: - |^)(?:Bitbucket|Stash)$",
        footer=rf'id="product-version"[^<>]{{0,300}}>\s{{0,20}}v?{_VERSION}',
        setup=r"/setup$",
        about="/rest/api/1.0/application-properties",
        admin="/admin",
        users="/rest/api/1.0/users?limit=1",
        lists=_first("values", "slug", "name"),
    ),
    Kind(
        name="confluence",
        types=("confluence",),
        headers=("x-confluence-request-time",),
        applications=("confluence",),
        title=r" - Confluence$",
        footer=rf"Atlassian Confluence {_VERSION}",
        setup=r"/setup/setup\w{0,40}\.action$|/bootstrap/\w{1,40}\.action$",
        admin="/admin/systeminfo.action",
        users="/rest/api/search?cql=type=user&limit=1",
        lists=_first("results", "user"),
    ),
    Kind(
        name="jira",
        types=("jira",),
        applications=("jira",),
        title=r"^System Dashboard - ",
        footer=rf'data-name="jira" data-version="{_VERSION}"',
        setup=r"/secure/Setup\w{1,40}(?:!\w{1,20})?\.jspa$",
        about="/rest/api/2/serverInfo",
        admin="/secure/admin/ViewSystemInfo.jspa",
        users="/rest/api/2/user/picker?query=a&maxResults=1",
        lists=_first("users", "name", "key"),
    ),
    Kind(
        name="bamboo",
        types=("bamboo",),
        applications=("bamboo",),
        title=r"Atlassian Bamboo$",
        footer=rf"Atlassian Bamboo version {_VERSION}",
        setup=r"/setup/setup\w{0,40}\.action$",
        status="/rest/api/latest/status",
        about="/rest/api/latest/info",
        admin="/admin/administer.action",
    ),
    Kind(
        name="crowd",
        types=("crowd",),
        title=r"Crowd Console|^Atlassian Crowd",
        footer=rf"Version: {_VERSION} \(Build",
        setup=r"/console/setup/\w{1,40}\.action$",
        admin="/console/login.action",
    ),
    Kind(
        name="fisheye",
        types=("fecru", "fisheye"),
        cookies=("FESESSIONID",),
        title=r"(?i)\bfisheye and crucible\b",
        footer=rf"(?i)fisheye and crucible {_VERSION}",
        setup=r"/setup(?:/|\.do$|$)",
        status="",
        admin="/admin/",
    ),
)
KIND_OF = {kind.name: kind for kind in KINDS}

# nginx of Atlassian's machine image answers so in the product's place.
# https://bitbucket.org/atlassian/atlassian-aws-deployment
_IMAGE_FOOTER = "Atlassian AMI"
_IMAGE_SAYS = (
    "The host name for your Atlassian instance has changed",
    "Your Atlassian instance is starting",
    "Your Atlassian instance is not running",
)
_STATES = frozenset(
    ("RUNNING", "FIRST_RUN", "STARTING", "STOPPING", "MAINTENANCE", "ERROR", "PAUSED")
)


def recognise(answer: Answer) -> Sign:
    """Tell the product from one of its pages."""
    kind = next((kind for kind in KINDS if kind.is_seen(answer)), None)
    return kind.version_in(answer) if kind else Sign()


def read_manifest(answer: Answer) -> Sign:
    """
    Tell the product from its manifest, in JSON or XML.

    Of the XML only three plain elements are looked for: nothing is expanded, so
    that entities and document types have no effect.
    """
    document = answer.document()
    if isinstance(document, dict):
        fields = {key: document.get(key) for key in ("typeId", "version")}
        fields["buildNumber"] = document.get("buildNumber")
    elif re.match(r"\s{0,20}(?:<\?xml[^<>]{0,200}\?>\s{0,20})?<manifest", answer.body):
        found = re.findall(
            r"<(typeId|version|buildNumber)>([^<>]{1,60})</\1>", answer.body
        )
        fields = dict(reversed(found))
    else:
        return Sign()
    told = fields.get("typeId")
    kind = next((kind for kind in KINDS if told in kind.types), None)
    if kind is None:
        return Sign()
    version, build = _version(fields.get("version")), _build(fields.get("buildNumber"))
    return Sign(kind.name, version, build)


def read_about(answer: Answer, known: Sign) -> Sign:
    """Complete *known* with the version in the product's own document."""
    document = answer.document()
    if not isinstance(document, dict):
        return known
    version, build = _version(document.get("version")), document.get("buildNumber")
    return replace(known, version=version, build=known.build or _build(build))


def read_state(answer: Answer) -> str:
    """Give the state that a product's status page tells; empty: none."""
    document = answer.document()
    told = document.get("state") if isinstance(document, dict) else None
    return told if isinstance(told, str) and told in _STATES else ""


def read_notice(answer: Answer) -> str:
    """Give what Atlassian's machine image says instead of the product."""
    if _IMAGE_FOOTER not in answer.body:
        return ""
    return next((said for said in _IMAGE_SAYS if said in answer.body), "")


def _version(told: object) -> str:
    text = told.strip() if isinstance(told, str) else ""
    return text if _IS_VERSION.fullmatch(text) else ""


def _build(told: object) -> str:
    text = str(told).strip() if isinstance(told, (str, int)) else ""
    return text if _IS_BUILD.fullmatch(text) else ""
