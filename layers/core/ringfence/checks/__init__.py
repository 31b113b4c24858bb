"""The checks: one file each, found by looking into this folder."""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity

Judge = Callable[[Estate], Iterator[Problem | Doubt]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """
    A pure question to an estate, with what readers and programs need to know.

    *needs* names the inventory's parts that it reads; if one of them could not
    be read its answer is unknown. *uses* names those that it can do without: it
    says itself where it cannot tell without them. *guide* holds the ids of the
    recommendations in ``docs/recommendations.md``, *relates* ids of AWS's and CIS's
    controls.
    """

    code: str
    title: str
    severity: Severity
    needs: frozenset[str]
    uses: frozenset[str]
    fix: str
    guide: tuple[str, ...]
    relates: tuple[str, ...]
    types: tuple[str, ...]
    judge: Judge

    def __call__(self, estate: Estate) -> Iterator[Problem | Doubt]:
        """Yield what is bad in *estate*, and where that cannot be told."""
        return self.judge(estate)


CONFIGURATION = "Software and Configuration Checks/AWS Security Best Practices"
VULNERABILITIES = "Software and Configuration Checks/Vulnerabilities/CVE"
REACHABILITY = f"{CONFIGURATION}/Network Reachability"


def check(
    code: str,
    title: str,
    *,
    severity: Severity,
    needs: Iterable[str],
    uses: Iterable[str] = (),
    fix: str,
    guide: Iterable[str] = (),
    relates: Iterable[str] = (),
    types: Iterable[str] = (CONFIGURATION,),
) -> Callable[[Judge], Check]:
    """
    Turn a generator of problems into a `Check`.

    Nothing is registered: `all_checks` looks into the folder.
    """

    def wrap(judge: Judge) -> Check:
        return Check(
            code=code,
            title=title,
            severity=severity,
            needs=frozenset(needs),
            uses=frozenset(uses),
            fix=fix,
            guide=tuple(guide),
            relates=tuple(relates),
            types=tuple(types),
            judge=judge,
        )

    return wrap


@cache
def all_checks() -> tuple[Check, ...]:
    """Every check in this folder, by code."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        loaded = importlib.import_module(f"{__name__}.{module.name}")
        found += [item for item in vars(loaded).values() if isinstance(item, Check)]
    return tuple(sorted(found, key=lambda item: item.code))
