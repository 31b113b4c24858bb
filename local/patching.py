"""How moto is changed from outside: a function of its own gives way to ours."""

from collections.abc import Callable
from typing import Any


def replace(owner: Any, name: str, by: Any) -> None:
    """Put *by* in the place of what *owner* (a class or module) has as *name*."""
    if not hasattr(owner, name):
        raise AttributeError(f"moto has no {owner.__name__}.{name} any more")
    setattr(owner, name, by)


def add(owner: Any, name: str, what: Any) -> None:
    """Give *owner* what it lacks as *name*; again does no harm."""
    if getattr(owner, name, what) is not what:
        raise AttributeError(f"moto has {owner.__name__}.{name} by now")
    setattr(owner, name, what)


def after(owner: Any, name: str, act: Callable[..., None]) -> None:
    """Call *act* with the owner, the result and the arguments after each *name*."""
    original = getattr(owner, name)

    def wrapped(self: Any, *given: Any, **named: Any) -> Any:
        result = original(self, *given, **named)
        act(self, result, *given, **named)
        return result

    wrapped.__name__ = name
    replace(owner, name, wrapped)


def before(owner: Any, name: str, act: Callable[..., None]) -> None:
    """Call *act* with the owner and the arguments before each *name*."""
    original = getattr(owner, name)

    def wrapped(self: Any, *given: Any, **named: Any) -> Any:
        act(self, *given, **named)
        return original(self, *given, **named)

    wrapped.__name__ = name
    replace(owner, name, wrapped)
