"""Measuring in a fresh process, so that nothing measured before counts."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent

# Nothing here may reach a real account.
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers' / 'core'}",
}


def run(*arguments: str, more: Mapping[str, str] | None = None) -> Any:
    """Run Python with *arguments* and give the JSON that it prints last."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith("AWS_")
    }
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, *arguments],
        env=inherited | ENVIRONMENT | dict(more or {}),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def peak_mb() -> float:
    """The most memory that this process has had, in MB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)


@contextmanager
def timed(figures: dict[str, float], name: str) -> Iterator[None]:
    """Note under *name* the wall and CPU seconds that the body takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    figures[f"{name}_wall_s"] = time.perf_counter() - wall
    figures[f"{name}_cpu_s"] = time.process_time() - cpu
