"""
A function is killed after any write: when it has kept, told or sent something.

To be killed after a read is to be killed after the write before it. Its process is
one of its own and dies by SIGKILL, against an AWS that lives on in another one. Run
again, as its queue or stream would, it ends as if nothing was.
"""

import itertools
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from local.server import started
from ringfence import clients
from tests.faults.cases import Case, a_change, a_publication, a_sweep
from tests.functions.conftest import ENVIRONMENT, Aws, forget, make

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_ROOT = Path(__file__).parents[2]


class Mortals:
    """Processes that run functions and die as they are told to."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.mortal"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, case: Case, number: int = 0) -> Any:
        """Run it to its end, or until the write *number* was made."""
        assert self._process.stdin
        assert self._process.stdout
        asked = {
            "function": case.function,
            "event": case.event,
            "number": number,
            "environment": self._environment,
        }
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


@pytest.fixture
def served(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[Aws, Mortals]]:
    """An AWS in a process of its own, and processes that use it."""
    (tmp_path / "images.json").write_text("[]")
    environment = dict(ENVIRONMENT)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with started(tmp_path) as server:
        environment["AWS_ENDPOINT_URL"] = server.url
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        monkeypatch.setenv("AWS_DEFAULT_REGION", ENVIRONMENT["AWS_REGION"])
        clients.session.cache_clear()
        forget()
        environment |= credentials()
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        clients.session.cache_clear()
        made = make()
        mortals = Mortals(environment | made.environment())
        yield made, mortals
        mortals.close()
    clients.session.cache_clear()
    forget()


def credentials() -> dict[str, str]:
    """Somebody's of the account; Security Hub looks at whose they are."""
    iam = boto3.client("iam")
    iam.create_user(UserName="ringfence")
    key = iam.create_access_key(UserName="ringfence")["AccessKey"]
    return {
        "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
    }


@pytest.mark.parametrize("make_case", [a_change, a_sweep, a_publication])
def test_a_function_that_is_killed_changes_nothing_in_the_end(
    served: tuple[Aws, Mortals], make_case: Callable[[Aws], Case]
) -> None:
    """Whichever write was its last."""
    aws, mortals = served
    case = make_case(aws)
    assert {"died_after": "", "status": 0} == mortals.run(case)
    undisturbed = case.end()
    assert undisturbed["open"] or undisturbed["hub"]
    for number in itertools.count(1):
        case.reset()
        last = mortals.run(case, number)["died_after"]
        if not last:
            break
        mortals.run(case)
        end = case.end()
        if last == "sns.Publish":  # sent, and died before that was noted
            end["mail"] = Counter(set(end["mail"]))

        assert undisturbed == end, last
    assert number > 1
