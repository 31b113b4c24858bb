"""What `sam build` packs, on a machine with neither Docker nor Python 3.13."""

import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringfence.checks import all_checks

ROOT = Path(__file__).parents[2]
AARCH64 = (
    183  # e_machine, https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html
)
UNZIPPED_LIMIT = 250 * 1024 * 1024
RUNTIME_BRINGS = ("boto3", "botocore", "s3transfer", "dateutil", "six.py")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the template into a folder of the test's own."""
    target = tmp_path_factory.mktemp("sam")
    tools = Path(sys.executable).parent
    subprocess.run(  # noqa: S603 - our own tool
        [
            tools / "sam",
            "build",
            "--template",
            ROOT / "template.yaml",
            "--build-dir",
            target,
        ],
        cwd=ROOT,
        env={
            **os.environ,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "SAM_CLI_TELEMETRY": "0",
        },
        check=True,
        capture_output=True,
    )
    return target


def files(layer: Path) -> Iterator[Path]:
    return (path for path in layer.rglob("*") if path.is_file())


def test_the_core_layer_holds_every_check(built: Path) -> None:
    """What is not packed would be missing in silence: checks are found by looking."""
    packed = built / "CoreLayer/python/ringfence/checks"
    modules = {check.judge.__module__.rpartition(".")[2] for check in all_checks()}

    assert modules <= {path.stem for path in packed.glob("*.py")}


def test_the_core_layer_is_the_package(built: Path) -> None:
    """Every file of the package, and no byte code."""
    source = ROOT / "layers/core/ringfence"
    packed = built / "CoreLayer/python/ringfence"

    assert {
        path.relative_to(source)
        for path in files(source)
        if "__pycache__" not in path.parts
    } == {path.relative_to(packed) for path in files(packed)}


def test_compiled_code_is_for_the_declared_architecture(built: Path) -> None:
    """A wheel for x86 would fail at the first import only."""
    libraries = [path for path in files(built / "DepsLayer") if ".so" in path.suffixes]
    machines = {
        struct.unpack_from("<H", path.read_bytes()[:20], 18)[0] for path in libraries
    }

    assert {AARCH64} == machines


@pytest.mark.parametrize("name", RUNTIME_BRINGS)
def test_what_the_runtime_brings_is_left_out(built: Path, name: str) -> None:
    """boto3 is a third of a layer's weight, and in Lambda already."""
    assert not (built / "DepsLayer/python" / name).exists()


def test_no_tests_are_packed(built: Path) -> None:
    """A layer holds what runs."""
    packed = [*files(built / "DepsLayer"), *files(built / "CoreLayer")]

    assert [] == [path for path in packed if "tests" in path.relative_to(built).parts]


def test_the_layers_fit(built: Path) -> None:
    """Lambda takes 250 MB, unpacked and together."""
    packed = [*files(built / "DepsLayer"), *files(built / "CoreLayer")]

    assert sum(path.stat().st_size for path in packed) < UNZIPPED_LIMIT
