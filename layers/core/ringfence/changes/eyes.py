"""What a call did to what Ringfence sees by: trails, its event rules, its policy."""

from collections.abc import Callable, Iterator

from ringfence.changes.commands import command
from ringfence.changes.record import Record
from ringfence.changes.styles import first, listed, members, texts
from ringfence.changes.told import Told, few


def trail(word: str) -> Callable[[Record], Told]:
    """Tell of a trail; one that was stopped can be started."""

    def tell(record: Record) -> Told:
        name = first(record.asked, "name") or first(record.asked, "trailName")
        if not name:
            return Told(())
        undo: tuple[str, ...] = ()
        if record.event_name == "StopLogging":
            undo = command(record, "cloudtrail start-logging", {"name": name})
        return Told((f"trail {name}: {word}", *_selected(record)), undo)

    return tell


_SCOPES = {
    "isMultiRegionTrail": "records all Regions",
    "includeGlobalServiceEvents": "records global services",
}


def _selected(record: Record) -> Iterator[str]:
    """What of the management events a trail records from now on."""
    for key, words in _SCOPES.items():
        if value := first(record.asked, key):
            yield f"{words}: {value}"
    for found in members(record.asked, "eventSelectors"):
        for item in listed(found):
            kind = first(item, "readWriteType") or "All"
            is_off = first(item, "includeManagementEvents") == "false"
            told = "no management events" if is_off else f"management events: {kind}"
            left_out = texts(item, "excludeManagementEventSources")
            yield told + (f", without {', '.join(left_out)}" if left_out else "")


def rule(word: str) -> Callable[[Record], Told]:
    """Tell of an event rule; one that was disabled can be enabled."""

    def tell(record: Record) -> Told:
        name = first(record.asked, "name") or first(record.asked, "rule")
        if not name:
            return Told(())
        bus = first(record.asked, "eventBusName")
        options = {"name": name} | ({"event-bus-name": bus} if bus else {})
        undo: tuple[str, ...] = ()
        if record.event_name == "DisableRule":
            undo = command(record, "events enable-rule", options)
        state = first(record.asked, "state")
        says = f", state {state}" if state else ""
        return Told((f"event rule {name}: {word}{says}",), undo)

    return tell


def parameter(record: Record) -> Told:
    names = texts(record.asked, "name") + texts(record.asked, "names")
    word = "changed" if record.event_name == "PutParameter" else "deleted"
    return Told((f"parameter {few(names)}: {word}",) if names else ())
