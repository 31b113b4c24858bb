"""
What importing each function costs, against boto3 with one EC2 client.

The goal is at most 1.4 times, and no client opened by importing.
In CPU time, which does not depend on what else the machine does. Packages that
boto3 loads when it finds them, and Lambda has not, are hidden from all alike:
they would make the measure's base look dearer than it is.
"""

import statistics

from bench import child, table

ROUNDS = 9
GOAL = 1.4

_BASE = "import boto3; boto3.client('ec2', region_name='eu-west-1')"
_TIMED = """
import sys, time
sys.modules["awscrt"] = sys.modules["OpenSSL"] = None
started = time.process_time()
{body}
print(time.process_time() - started)
"""
_COUNTED = """
import botocore.session
opened = []
make = botocore.session.Session.create_client
def create_client(self, service, *args, **kwargs):
    opened.append(service)
    return make(self, service, *args, **kwargs)
botocore.session.Session.create_client = create_client
import app
print(len(opened))
"""


def main() -> None:
    apps = sorted(child.ROOT.glob("functions/*/app.py"))
    folders = [path.parent for path in apps]
    taken: dict[str, list[float]] = {name: [] for name in ("", *map(str, folders))}
    for number in range(ROUNDS + 1):
        for name, seconds in taken.items():
            body = "import app" if name else _BASE
            measured = _in_folder(name, _TIMED.format(body=body))
            if number:  # the first round warms the disk's cache and the byte code
                seconds.append(measured)
    median = {name: statistics.median(seconds) for name, seconds in taken.items()}
    base = median.pop("")
    rows = [("boto3 and an EC2 client", f"{base * 1000:.0f}", "1.00", "1")]
    for folder in folders:
        cost = median[str(folder)]
        opened = _in_folder(str(folder), _COUNTED)
        ratio = f"{cost / base:.2f}"
        rows.append((folder.name, f"{cost * 1000:.0f}", ratio, f"{opened:.0f}"))
    table.show(
        f"Importing (median of {ROUNDS} processes; goal: ratio <= {GOAL}, 0 clients)",
        ("function", "CPU ms", "ratio", "clients"),
        rows,
    )


def _in_folder(folder: str, program: str) -> float:
    """Run *program* where ``import app`` finds the function in *folder*."""
    path = child.ENVIRONMENT["PYTHONPATH"]
    number: float = child.run(
        "-c", program, more={"PYTHONPATH": f"{folder}:{path}" if folder else path}
    )
    return number


if __name__ == "__main__":
    main()
