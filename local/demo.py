"""
The main job on the embedded AWS, from an empty account to a closed finding.

Each step verifies its effect; the first that does not happen ends the program
with its reason and a status other than 0.
"""

import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from local.account import Account, Finding, finding_check, finding_resource, opened
from local.server import REGION
from ringfence.render.columns import columns

BUILD = Path(__file__).parent.parent / "build" / "demo"
SSH = 22
OPENED = {
    "IpProtocol": "tcp",
    "FromPort": SSH,
    "ToPort": SSH,
    "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
}

Say = Callable[[str], None]


class StepError(RuntimeError):
    """A step did not have its effect; the text says which."""


class Demo:
    """The steps, in order."""

    def __init__(self, account: Account, say: Say) -> None:
        """Work in *account*."""
        self._account = account
        self._say = say
        self._group = account.estate.ids["bitbucket-mirror-group"]
        self._node = account.estate.ids["bitbucket-mirror-1"]
        self._names = {value: name for name, value in account.estate.ids.items()}

    def run(self) -> None:
        """Sweep, open a port, revoke it; show what Ringfence makes of each."""
        self._sweep()
        rules, opened = self._open_port()
        self._show_table(self._account.active().values())
        self._show_alert()
        closed = self._revoke(rules, opened)
        self._write()
        self._snapshot()
        print(f"\nClosed again: {closed}")
        print(f"Left in {BUILD}: findings.json, alerts.json, snapshot/")

    def _sweep(self) -> None:
        self._account.sweep()
        told = self._account.told()
        estate = self._account.estate
        if missing := sorted(estate.expected - told):
            raise StepError(f"The sweep did not find {_pairs(missing)}.")
        if noise := sorted(told - estate.expected):
            raise StepError(f"The sweep found what is not there: {_pairs(noise)}.")
        if len(self._account.alerts()) != 1:
            raise StepError("The first sweep should send one digest.")
        self._say(
            f"scheduled sweep: {len(self._account.active())} findings in Security Hub, "
            f"one digest sent, {len(estate.quiet)} good resources left alone"
        )

    def _open_port(self) -> tuple[list[str], set[str]]:
        before = set(self._account.active())
        answer = self._account.person.do(
            "ec2",
            "authorize_security_group_ingress",
            GroupId=self._group,
            IpPermissions=[OPENED],
        )
        self._say(f"alice opened TCP {SSH} to the world in {self._group}")
        self._account.runner.settle()
        opened = set(self._account.active()) - before
        if not any(self._node in name and "/EXP-001/" in name for name in opened):
            raise StepError("The opened port did not become a finding.")
        alerts = self._account.alerts()
        if len(alerts) != 1 or self._node not in alerts[0]["Message"]["text"]:
            raise StepError(f"One alert should tell of it; {len(alerts)} arrived.")
        self._say(
            "CloudTrail → rule → queue → function → table → stream → Security Hub"
        )
        rules = [rule["SecurityGroupRuleId"] for rule in answer["SecurityGroupRules"]]
        return rules, opened

    def _revoke(self, rules: list[str], opened: set[str]) -> str:
        self._account.person.do(
            "ec2",
            "revoke_security_group_ingress",
            GroupId=self._group,
            SecurityGroupRuleIds=rules,
        )
        self._account.runner.settle()
        findings = self._account.findings()
        for name in opened:
            status = findings[name]["Compliance"]["Status"]
            workflow = findings[name]["Workflow"]["Status"]
            if (status, workflow) != ("PASSED", "RESOLVED"):
                raise StepError(f"{name} should be closed; it is {status}, {workflow}.")
        if len(self._account.alerts()) != 1:
            raise StepError("One message should say that it is closed.")
        self._say("alice revoked the rule")
        return ", ".join(
            f"{finding_check(findings[name])} {self._label(findings[name])} "
            "(PASSED, RESOLVED)"
            for name in sorted(opened)
        )

    def _write(self) -> None:
        documents = {
            "findings.json": list(self._account.findings().values()),
            "alerts.json": self._account.received,
        }
        for name, document in documents.items():
            (BUILD / name).write_text(json.dumps(document, indent=1) + "\n")

    def _snapshot(self) -> None:
        """Take a snapshot as the command line does."""
        command = [sys.executable, "-m", "ringfence.cli", "snapshot"]
        environment = os.environ | {
            **self._account.server.credentials.environment(),
            "AWS_ENDPOINT_URL": self._account.server.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }
        taken = subprocess.run(  # noqa: S603
            [*command, "-o", str(BUILD / "snapshot")],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if taken.returncode or not (BUILD / "snapshot" / "snapshot.json").exists():
            raise StepError(f"No snapshot was taken: {taken.stderr or taken.stdout}")
        self._say("took a snapshot of the account")

    def _show_table(self, findings: Iterable[Finding]) -> None:
        rows = sorted(
            findings, key=lambda item: (-item["Severity"]["Normalized"], item["Id"])
        )
        told = [
            (
                finding["Severity"]["Label"],
                finding_check(finding),
                self._label(finding),
                finding["Title"],
            )
            for finding in rows
        ]
        print()
        print(columns((("SEVERITY", "CHECK", "RESOURCE", "WHAT"), *told)), end="")

    def _show_alert(self) -> None:
        alert = self._account.received[-1]
        print("\nThe alert, as a subscriber receives it:\n")
        print(f"  Subject: {alert['Subject']}\n")
        print(textwrap.indent(alert["Message"]["text"], "  "))

    def _label(self, finding: Finding) -> str:
        resource = finding_resource(finding)
        name = self._names.get(resource, "")
        return name if resource.startswith("arn:") else f"{resource} {name}".strip()


def shown(build: Path, run: Callable[[Account, Say], None], failed: str) -> int:
    """
    Let *run* show something on an account of its own, whose logs are under *build*.

    0 when every step had its effect, else 1, with *failed* and the reason.
    """
    begun = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - begun:5.1f} s  {what}", flush=True)

    shutil.rmtree(build, ignore_errors=True)
    try:
        with opened(build / "logs", say) as account:
            run(account, say)
    except (RuntimeError, BotoCoreError, ClientError) as error:
        print(f"\n{failed}: {error}", file=sys.stderr)
        print(f"Logs are in {build / 'logs'}.", file=sys.stderr)
        return 1
    print(f"Done in {time.monotonic() - begun:.0f} s.")
    return 0


def main() -> int:
    """Run the demo; 0 when every step had its effect."""
    return shown(
        BUILD, lambda account, say: Demo(account, say).run(), "The demo failed"
    )


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{check} on {name}" for check, name in pairs)


if __name__ == "__main__":
    sys.exit(main())
