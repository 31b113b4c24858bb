"""An opening in words, evidence and commands: what the exposure checks yield."""

from collections.abc import Callable, Iterator
from typing import Any

from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import Listener, Rule
from ringfence.openings import EVERYTHING, Audience, Kind, Opening, target_port
from ringfence.reach import exposure_json
from ringfence.services import SERVICES
from ringfence.subjects.arrivals import is_direct
from ringfence.subjects.remedy import Culprits, delete_listener_command, revoke_commands

_ROWS = 20
_ADDRESSES = 3
_NARROW = -2
_ONE_WAY = -1
_AUTHENTICATED = -2
_ALL_PORTS = (0, 65535)


def doubts(estate: Estate) -> Iterator[Doubt]:
    """Give each resource of which nobody can tell what reaches it, once."""
    because: dict[str, list[str]] = {}
    for blind in estate.exposures.unknown:
        because.setdefault(blind.resource, []).append(
            f"{blind.interface}: {blind.because}"
        )
    for resource, reasons in because.items():
        yield Doubt(resource, "; ".join(dict.fromkeys(reasons)))


class Teller:
    """Tells the openings of one estate, with what they share looked up once."""

    def __init__(self, estate: Estate) -> None:
        inventory = estate.inventory
        self._estate = estate
        self._culprits = Culprits(estate.admitting, estate.profile_of)
        self._balancers = {item.id: item.name for item in inventory.load_balancers}
        self._accelerators = {item.id: item.name for item in inventory.accelerators}
        self._listeners = {item.id: item for item in inventory.listeners}
        self._answering = {
            (item.balancer, item.port): item for item in inventory.listeners
        }

    def of_kind(self, kind: Kind) -> Iterator[Opening]:
        """Give the openings of *kind*."""
        return (item for item in self._estate.openings if item.kind is kind)

    def problem(
        self,
        opening: Opening,
        *,
        base: Severity,
        why: str,
        fix: Callable[[tuple[Listener, ...]], str] | None = None,
    ) -> Problem:
        """
        Tell *opening* as a problem.

        *base* is how bad it is if the whole internet gets in, asked nothing, and
        answers get out; *why* says in a sentence what follows from it. *fix* gives the
        commands where a load balancer's listeners are what must change.
        """
        rules = self._culprits.of(opening)
        what = name_of(opening)
        listeners = self._listeners_of(opening)
        commands = fix(listeners) if fix and listeners else ""
        whom = opening.unasked or opening.audience
        place = "the internet" if whom.is_broad else str(whom)
        place += "" if opening.unasked else ", behind authentication"
        return Problem(
            resource=opening.resource,
            discriminator=opening.discriminator,
            severity=severity(opening, base),
            title=f"{what[0].upper()}{what[1:]} is reachable from {place}",
            message=f"{self._subject(opening)}: {what} {self._reached(opening)}. {why}",
            fix=commands or self._closing(opening, rules, listeners) or None,
            evidence=_evidence(opening, rules),
        )

    def _subject(self, opening: Opening) -> str:
        label = self._estate.label(opening.resource)
        product = self._estate.product_of(opening.resource)
        return f"{self._estate.profiles[product].title} {label}" if product else label

    def _reached(self, opening: Opening) -> str:
        """Say at which addresses, from where, and by which way in."""
        direct = (row for row in opening.rows if is_direct(row))
        found = list(dict.fromkeys(row.address for row in direct if row.address))
        shown = ", ".join(found[:_ADDRESSES])
        if len(found) > _ADDRESSES:
            shown += f" and {len(found) - _ADDRESSES} more"
        whom = opening.unasked or opening.audience
        words = f"can be reached{f' at {shown}' if shown else ''} from {_named(whom)}"
        words += f", {self._way_in(opening)}"
        words += _behind_authentication(opening)
        if opening.one_way and not opening.both_ways:
            words += "; packets get in, but no answer gets out"
        inspectors = sorted({r.inspected_by for r in opening.rows if r.inspected_by})
        if inspectors:
            words += f"; inspected by {', '.join(inspectors)}"
        return words

    def _way_in(self, opening: Opening) -> str:
        behind = [row for row in opening.rows if row.entry == "load-balancer"]
        ways = ["directly"] if any(map(is_direct, opening.rows)) else []
        names = {
            self._balancers.get(hop.id, hop.id)
            for row in behind
            for hop in row.path
            if hop.type == "load-balancer"
        }
        if names:
            ways.append(f"through the load balancer {', '.join(sorted(names))}")
        led = {
            self._accelerators.get(hop.id, hop.id)
            for row in opening.rows
            for hop in row.path
            if hop.type == "global-accelerator"
        }
        if led:
            ways.append(f"through the accelerator {', '.join(sorted(led))}")
        return " and ".join(ways)

    def _listeners_of(self, opening: Opening) -> tuple[Listener, ...]:
        """Give the listeners that forward *opening*, or that answer it themselves."""
        named = dict.fromkeys(
            hop.id for row in opening.rows for hop in row.path if hop.type == "listener"
        )
        found = [self._listeners[name] for name in named if name in self._listeners]
        port = opening.ports[0] if opening.ports else 0
        own = self._answering.get((opening.resource, port))
        return tuple([*found, own] if own else found)

    def _closing(
        self,
        opening: Opening,
        rules: tuple[Rule, ...],
        listeners: tuple[Listener, ...],
    ) -> str:
        """Give the commands that close *opening*, with a warning if they close more."""
        region = self._estate.inventory.region
        commands = list(revoke_commands(region, rules))
        if not commands:
            commands = [delete_listener_command(region, item) for item in listeners]
        elif any(_is_wider(rule, opening) for rule in rules):
            commands.append(
                "This closes more than what is told here: "
                "first allow again, port by port, what is meant to be open."
            )
        return "\n".join(commands)


def severity(opening: Opening, base: Severity) -> Severity:
    """
    Give *base*, milder for few addresses and where no answer gets out.

    Behind authentication it is milder, too, but told: a login may be anybody's,
    and what it protects is one setting of the listener away from everybody.
    """
    found = []
    for audience, step in (
        (opening.both_ways, 0),
        (opening.one_way, _ONE_WAY),
        (opening.authenticated, _AUTHENTICATED),
    ):
        if audience:
            found.append(base.stepped(step + (0 if audience.is_broad else _NARROW)))
    return max(found, key=lambda item: item.rank)


def name_of(opening: Opening) -> str:
    """Give ``SSH (TCP 22)``, ``every TCP port`` or ``every protocol and port``."""
    if opening.ports is None:
        if opening.protocol == "other":
            return "every protocol but TCP, UDP and ICMP"
        return f"IP protocol {opening.protocol}"
    low, high = opening.ports
    protocol = opening.protocol.upper()
    if opening.ports == _ALL_PORTS:
        is_all = opening.protocol == EVERYTHING
        return "every protocol and port" if is_all else f"every {protocol} port"
    if low != high:
        return f"{protocol} {low}-{high}"
    if opening.kind is Kind.PLAIN_HTTP:
        return f"plain HTTP ({protocol} {low})"
    port = target_port(opening.rows[0]) if opening.is_behind else low
    service = SERVICES.get((opening.protocol, port))
    return f"{service.name} ({protocol} {low})" if service else f"{protocol} {low}"


def _named(audience: Audience) -> str:
    if audience.is_broad:
        return str(audience)
    return f"{audience}, which the policy does not name as trusted"


def _behind_authentication(opening: Opening) -> str:
    """Say which login stands before it, and before whom if not before all."""
    gates = sorted({row.authenticated_by for row in opening.rows} - {None}, key=str)
    if not opening.authenticated:
        return ""
    words = f"behind the listener's authentication ({', '.join(map(str, gates))})"
    if not opening.unasked:
        return f", only {words}"
    return f"; {words} from {_named(opening.authenticated)}, too"


def _is_wider(rule: Rule, opening: Opening) -> bool:
    """Whether revoking *rule* closes other protocols or ports too."""
    if opening.ports is None:
        return rule.protocol == "all"
    if opening.is_behind:
        return False
    if rule.protocol != opening.protocol:
        return True
    low, high = rule.ports or _ALL_PORTS
    return low < opening.ports[0] or opening.ports[1] < high


def _evidence(opening: Opening, rules: tuple[Rule, ...]) -> dict[str, Any]:
    hops = [hop for row in opening.rows for hop in row.path]
    groups = dict.fromkeys(hop.id for hop in hops if hop.type == "security-group")
    return {
        "exposures": [exposure_json(row) for row in opening.rows[:_ROWS]],
        "exposure_count": len(opening.rows),
        "security_groups": list(groups),
        "rules": [rule.id for rule in rules if rule.id],
    }
