"""Events as EventBridge hands them to targets: with the account that they are of."""

from moto.events.utils import EventTemplateParser

from local.patching import replace


def install() -> None:
    """Give targets the whole event; moto leaves the account out."""
    known = EventTemplateParser.DEFAULT_EVENT_INPUT_TEMPLATE
    if '"account"' not in known:
        whole = known.replace("{", '{"account": "<account>", ', 1)
        replace(EventTemplateParser, "DEFAULT_EVENT_INPUT_TEMPLATE", whole)
