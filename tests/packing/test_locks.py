"""pyproject.toml, the development lock and the layer's lock agree (`make lock`)."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
RUNTIME_BRINGS = {"boto3", "botocore", "s3transfer", "python-dateutil", "six"}


def locked(path: str) -> dict[str, set[Version]]:
    """The versions that a lock pins, several where they depend on the platform."""
    pins: dict[str, set[Version]] = {}
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)",
        (ROOT / path).read_text(),
        re.MULTILINE,
    ):
        pins.setdefault(canonicalize_name(name), set()).add(Version(version))
    return pins


def required() -> dict[str, list[Requirement]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {
        "run": [Requirement(text) for text in project["dependencies"]],
        "dev": [Requirement(text) for text in project["optional-dependencies"]["dev"]],
    }


DEV = locked("requirements-dev.txt")
LAYER = locked("layers/deps/requirements.txt")


def unmet(requirements: list[Requirement], pins: dict[str, set[Version]]) -> list[str]:
    return [
        str(wanted)
        for wanted in requirements
        if not any(
            wanted.specifier.contains(version, prereleases=True)
            for version in pins.get(canonicalize_name(wanted.name), ())
        )
    ]


def test_the_development_lock_meets_the_project() -> None:
    """A requirement that was added or raised must be locked."""
    wanted = required()

    assert [] == unmet([*wanted["run"], *wanted["dev"]], DEV)


def test_the_layer_meets_the_project() -> None:
    """What the package imports is in the layer, or in Lambda's runtime."""
    wanted = [item for item in required()["run"] if item.name not in RUNTIME_BRINGS]

    assert [] == unmet(wanted, LAYER)


def test_the_layer_holds_what_was_tested() -> None:
    """Each version in the layer is the one that the tests ran with."""
    other = {
        name: versions
        for name, versions in LAYER.items()
        if not versions <= DEV.get(name, set())
    }

    assert {} == other


def test_the_layer_leaves_out_what_the_runtime_brings() -> None:
    """Two versions of boto3 in one function help nobody."""
    assert set() == RUNTIME_BRINGS & set(LAYER)


def test_every_pin_is_hashed() -> None:
    """An installer then refuses what the lock did not see."""
    for path in ("requirements-dev.txt", "layers/deps/requirements.txt"):
        pins = re.split(
            r"^(?=[A-Za-z0-9])", (ROOT / path).read_text(), flags=re.MULTILINE
        )
        bare = [pin for pin in pins if "==" in pin and "--hash=sha256:" not in pin]

        assert [] == bare
