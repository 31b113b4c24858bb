"""
Routes that are compiled one at a time.

Python 3.11 cannot parse source in two threads at once where each is deep in calls
(https://github.com/python/cpython/issues/106905), and werkzeug parses when it binds
a rule: whoever asks moto from several threads would now and then meet a SystemError.
"""

from threading import RLock
from typing import Any

from werkzeug.routing import Rule

from local.patching import replace

_ONE_AT_A_TIME = RLock()
_compile = Rule.compile


def _compiled(rule: Any) -> None:
    with _ONE_AT_A_TIME:
        _compile(rule)


def install() -> None:
    """Let no two threads compile."""
    replace(Rule, "compile", _compiled)
