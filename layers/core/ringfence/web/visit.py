"""
The visit: at most nine GETs without credentials, usually five or six.

``/`` and up to three redirects of it; the manifest; the status page; where the
manifest tells no version, the product's own document that does; one page of the
administration; one list of users. Of what is no product only the first three
are asked.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field

from ringfence.inventory.visits import Cookie, HttpObservation
from ringfence.web.answer import Answer, Silence
from ringfence.web.signs import (
    KIND_OF,
    KINDS,
    MANIFEST,
    Kind,
    Sign,
    read_about,
    read_manifest,
    read_notice,
    read_state,
    recognise,
)

MOST_REDIRECTS = 3
MOST_REQUESTS = 1 + MOST_REDIRECTS + 5

FIRST_RUN = "FIRST_RUN"

# Yields what to ask, a path or an absolute address, and takes what came.
Conversation = Generator[str, Answer | Silence, HttpObservation]
_Asking = Generator[str, Answer | Silence, Answer | None]

_OK = 200
_BAD_REQUEST = (
    400  # to a plain GET of /: something that is no web site in this protocol
)
_CLOSED = frozenset({400, 401, 403, 404, 405, 410})

# What checks ask about. https://owasp.org/www-project-secure-headers/
_KEPT = (
    *("content-security-policy", "content-type", "strict-transport-security"),
    *("www-authenticate", "x-content-type-options", "x-frame-options"),
)

# A product's own paths, and what may stand before them: the context path.
_KNOWN = re.compile(
    r"((?:/[\w.-]{1,60}){1,3})??/(?:secure/|console/|setup/|setup$|login$|dashboard$"
    r"|login\.\w{2,6}$|dashboard\.action$|index\.action$|userlogin|start\.action$"
    r"|allPlans\.action$|projects$)"
)
_CONTEXT = re.compile(r"(?:/[\w.-]{1,60}){1,3}")
_LINK = re.compile(
    r"""(?:href|src)=["'](/(?:jira|confluence|wiki|bitbucket|stash|bamboo|crowd"""
    r"""|fisheye|crucible))["'/]"""
)


def visit(endpoint: str, address: str, *, is_tls: bool) -> Conversation:
    """Look at *endpoint*, which is at *address*."""
    first = yield "/"
    if isinstance(first, Silence):
        return HttpObservation(
            endpoint=endpoint,
            address=address,
            is_tls=is_tls,
            requests=1,
            error=first.because,
        )
    notes = _Notes(is_tls=is_tls, first=first)
    yield from _follow(notes)
    if notes.stays:
        yield from _inquire(notes)
    return notes.observation(endpoint, address)


@dataclass
class _Notes:
    """What is known so far. *pages* are this endpoint's own; *stays* asks on."""

    is_tls: bool
    first: Answer
    pages: list[Answer] = field(default_factory=list)
    redirects: list[str] = field(default_factory=list)
    cookies: dict[str, Cookie] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    sign: Sign = field(default_factory=Sign)
    state: str = ""
    setup: str = ""
    admin: str = ""
    users: str = ""
    context: str = ""
    requests: int = 1
    stays: bool = True

    def __post_init__(self) -> None:
        self.saw(self.first)
        self.stays = self.first.status != _BAD_REQUEST

    def saw(self, answer: Answer) -> None:
        """Keep a page of this endpoint."""
        self.pages.append(answer)
        for cookie in answer.cookies():
            self.cookies.setdefault(cookie.name, cookie)

    def ask(self, path: str, about: str) -> _Asking:
        """Ask for *path* below the context; None: nothing came that can be read."""
        self.requests += 1
        answer = yield self.context + path
        if isinstance(answer, Answer) and not answer.cut:
            self.unread.pop(about, None)
            return answer
        self.unread[about] = (
            answer.because if isinstance(answer, Silence) else answer.cut
        )
        return None

    def observation(self, endpoint: str, address: str) -> HttpObservation:
        """Sum up."""
        last = self.pages[-1]
        notices = (read_notice(page) for page in self.pages)
        return HttpObservation(
            endpoint=endpoint,
            address=address,
            is_tls=self.is_tls,
            status=self.first.status,
            location=self.first.header("location") if self.first.redirect else "",
            server=self.first.header("server"),
            redirects=tuple(self.redirects),
            page_status=last.status,
            headers={name: last.header(name) for name in _KEPT if last.header(name)},
            cookies=tuple(self.cookies.values()),
            product=self.sign.product,
            version=self.sign.version,
            build=self.sign.build,
            context=self.context,
            state=self.state,
            notice=next((notice for notice in notices if notice), ""),
            setup=self.setup,
            admin=self.admin,
            users=self.users,
            unread=self.unread,
            requests=self.requests,
        )


def _follow(notes: _Notes) -> Generator[str, Answer | Silence, None]:
    """Go where ``/`` leads, as far as that is this endpoint's own address."""
    page, asked = notes.first, {notes.first.url}
    while page.redirect:
        goal = page.redirect
        notes.redirects.append(goal.url)
        leaves_clear = not notes.is_tls and goal.url.startswith("https:")
        # Another port is another endpoint: looked at only to see where it leads.
        if leaves_clear or (goal.may_follow and not goal.is_here):
            notes.stays = False
        is_enough = len(notes.redirects) > MOST_REDIRECTS or goal.url in asked
        has_left = not notes.is_tls and page.url.startswith("https:")
        if is_enough or has_left or not goal.may_follow:
            return
        asked.add(goal.url)
        notes.requests += 1
        answer = yield goal.url
        if isinstance(answer, Silence):
            notes.unread["redirects"] = answer.because
            return
        page = answer
        if goal.is_here and notes.stays:
            notes.saw(page)
    if page.cut:
        notes.unread["page"] = page.cut


def _inquire(notes: _Notes) -> Generator[str, Answer | Silence, None]:
    """Ask what product it is, in which state, and what stands open."""
    notes.context = next((found for found in map(_context, notes.pages) if found), "")
    signs = [sign for sign in map(recognise, notes.pages) if sign.product]
    notes.sign = max(signs, key=lambda sign: bool(sign.version), default=Sign())
    manifest = yield from notes.ask(MANIFEST, "product")
    if manifest and (sign := read_manifest(manifest)).product:
        notes.sign = sign
    kind = KIND_OF.get(notes.sign.product)
    yield from _ask_state(notes, kind)
    _tell_setup(notes, kind)
    if kind is None:
        return
    if kind.about and not notes.sign.version:
        about = yield from notes.ask(kind.about, "product")
        notes.sign = read_about(about, notes.sign) if about else notes.sign
    if notes.sign.version:
        notes.unread.pop("product", None)
    if not notes.setup:
        yield from _ask_what_is_open(notes, kind)


def _ask_state(
    notes: _Notes, kind: Kind | None
) -> Generator[str, Answer | Silence, None]:
    path = kind.status if kind else "/status"
    if path and (answer := (yield from notes.ask(path, "state"))):
        notes.state = read_state(answer)


def _tell_setup(notes: _Notes, kind: Kind | None) -> None:
    """A set-up wizard is open if the product says so, or shows it at once."""
    if notes.state == FIRST_RUN:
        notes.setup = f"{notes.context}/"
    page = notes.pages[-1]
    # A path such as /setup says nothing where the product is not known.
    is_telling = kind is not None or page.path.endswith((".action", ".jspa"))
    kinds = (kind,) if kind else KINDS
    if page.status == _OK and is_telling and _is_any(page.path, kinds):
        notes.setup = page.path


def _is_any(path: str, kinds: Iterable[Kind]) -> bool:
    return any(re.search(kind.setup, path) for kind in kinds)


def _ask_what_is_open(
    notes: _Notes, kind: Kind
) -> Generator[str, Answer | Silence, None]:
    answer = yield from notes.ask(kind.admin, "admin")
    if answer and _answers_itself(answer, kind):
        notes.admin = notes.context + kind.admin
    elif answer and not _is_closed(answer):
        notes.unread["admin"] = f"{answer.path} answers with status {answer.status}"
    if not kind.users:
        return
    answer = yield from notes.ask(kind.users, "users")
    if answer and answer.status == _OK and kind.lists(answer.document()):
        notes.users = notes.context + kind.users.partition("?")[0]
    elif answer and not _is_closed(answer):
        notes.unread["users"] = f"{answer.path} answers with status {answer.status}"


def _answers_itself(answer: Answer, kind: Kind) -> bool:
    """
    Whether it is the product that answers, with the page or its own login page.

    A proxy that keeps strangers off answers 403 or 404, or sends them elsewhere.
    """
    if answer.redirect:
        path = answer.redirect.url.partition("?")[0]
        return answer.redirect.is_here and "login" in path.lower()
    return answer.status == _OK and kind.is_seen(answer)


def _is_closed(answer: Answer) -> bool:
    """Whether the answer is a refusal, not a fault or a limit of the peer."""
    return answer.status in _CLOSED or answer.status < 400  # noqa: PLR2004 - errors


def _context(page: Answer) -> str:
    """Give the path that the product on *page* is served under."""
    return next((text for text in _hints(page) if _CONTEXT.fullmatch(text)), "")


def _hints(page: Answer) -> Iterator[str]:
    yield page.meta.get("ajs-context-path", {}).get("content", "")
    if found := _KNOWN.match(page.path):
        yield found[1] or ""
    if found := _LINK.search(page.body):
        yield found[1]
