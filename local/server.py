"""
The embedded AWS: a moto server on loopback, in a process of its own.

Beside AWS's APIs it answers ``/local/calls`` (who was authorised to do what) and
``/local/faults`` (which calls are to fail next).
"""

import json
import logging
import os
import select
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

ACCOUNT = "123456789012"
REGION = "eu-west-1"
START_S = 60.0

_ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Credentials:
    """What signs a call."""

    key: str
    secret: str
    token: str = ""

    def environment(self) -> dict[str, str]:
        """Give the variables in which an SDK looks for them."""
        variables = {
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
        }
        return variables | ({"AWS_SESSION_TOKEN": self.token} if self.token else {})


@dataclass
class Server:
    """
    A running embedded AWS, which keeps logs in *folder*.

    *credentials* are those of its administrator.
    """

    url: str
    folder: Path
    credentials: Credentials = Credentials("testing", "testing")

    def client(
        self, name: str, *, region: str = REGION, by: Credentials | None = None
    ) -> Any:
        """Make a boto3 client of the service *name*, signed *by* somebody."""
        signer = by or self.credentials
        core = botocore.session.Session()
        core.register_component("data_loader", _models())
        session = boto3.Session(
            botocore_session=core,
            aws_access_key_id=signer.key,
            aws_secret_access_key=signer.secret,
            aws_session_token=signer.token or None,
            region_name=region,
        )
        # The retries that ringfence itself uses; a fault is then met as there.
        config = Config(retries={"mode": "standard", "max_attempts": 8})
        make: Callable[..., Any] = session.client
        return make(name, endpoint_url=self.url, config=config)

    def enforce(self) -> None:
        """Make an administrator, and from now on authorise every call by IAM."""
        iam = self.client("iam")
        iam.create_user(UserName="administrator")
        everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
        iam.put_user_policy(
            UserName="administrator",
            PolicyName="everything",
            PolicyDocument=json.dumps(
                {"Version": "2012-10-17", "Statement": [everything]}
            ),
        )
        key = iam.create_access_key(UserName="administrator")["AccessKey"]
        self.credentials = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
        self._post("/moto-api/reset-auth", b"0")

    def assume(self, role: str) -> Credentials:
        """Give credentials of the role with the ARN *role*, as its service gets."""
        answer = self.client("sts").assume_role(RoleArn=role, RoleSessionName="local")
        given = answer["Credentials"]
        return Credentials(
            given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        )

    def calls(self) -> list[dict[str, Any]]:
        """Say who was and was not authorised to do what since enforcement."""
        with urllib.request.urlopen(f"{self.url}/local/calls") as answer:  # noqa: S310
            rows: list[dict[str, Any]] = json.load(answer)
            return rows

    def fail(self, action: str, code: str, times: int) -> None:
        """Make the next *times* calls of the IAM *action* fail with *code*."""
        fault = {"action": action, "code": code, "times": times}
        self._post("/local/faults", json.dumps(fault).encode())

    def disable(self, account: str, region: str) -> None:
        """Turn *region* off for *account*."""
        body = json.dumps({"disabled": f"{account}/{region}"}).encode()
        self._post("/local/faults", body)

    def forget_faults(self) -> None:
        """Let every call pass again."""
        self._post("/local/faults", b"null")

    def _post(self, path: str, body: bytes) -> None:
        request = urllib.request.Request(  # noqa: S310
            f"{self.url}{path}", body, {"Content-Type": "application/octet-stream"}
        )
        urllib.request.urlopen(request).close()  # noqa: S310


@cache
def _models() -> Any:
    """The services' models, which are large: read once for all clients."""
    return botocore.session.Session().get_component("data_loader")


@contextmanager
def started(folder: Path) -> Iterator[Server]:
    """
    Run the server, which keeps its log in *folder*.

    ``images.json`` there holds the machine images that exist, in moto's format.
    """
    environment = os.environ | {
        "MOTO_AMIS_PATH": str(folder / "images.json"),
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "true",
        "PYTHONPATH": str(_ROOT),
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    log = folder / "server.log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.server"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        yield Server(_address(process, log), folder)
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _address(process: "subprocess.Popen[str]", log: Path) -> str:
    """Wait for the line in which the server tells its address."""
    if process.stdout is None:
        raise RuntimeError("The server was started without a pipe.")
    ready, _, _ = select.select([process.stdout], [], [], START_S)
    line = process.stdout.readline().strip() if ready else ""
    if not line.startswith("http://"):
        raise RuntimeError(f"The embedded AWS did not start:\n{log.read_text()}")
    return line


def main() -> None:
    """Serve on a free port of loopback until told to stop."""
    # Imported here, because the parent process needs none of moto.
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server  # noqa: PLC0415

    from local import (  # noqa: PLC0415
        guard,
        moto_accelerators,
        moto_backups,
        moto_certificates,
        moto_cloudformation,
        moto_ec2,
        moto_events,
        moto_group_associations,
        moto_hosts,
        moto_other_ways,
        moto_public_access,
        moto_queues,
        moto_routes,
        moto_security_hub,
        moto_trails,
        moto_web_acls,
    )

    logging.basicConfig(level=logging.ERROR)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    keeper = guard.Guard()
    guard.install(keeper)
    for gap in (
        moto_accelerators,
        moto_backups,
        moto_certificates,
        moto_cloudformation,
        moto_ec2,
        moto_events,
        moto_group_associations,
        moto_hosts,
        moto_other_ways,
        moto_public_access,
        moto_queues,
        moto_routes,
        moto_security_hub,
        moto_trails,
        moto_web_acls,
    ):
        gap.install()
    aws = DomainDispatcherApplication(create_backend_app)
    server = make_server(
        "127.0.0.1",
        0,
        _with_local_pages(aws, keeper),
        threaded=True,
        request_handler=MotoRequestHandler,
    )
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


def _with_local_pages(aws: Any, keeper: Any) -> Callable[..., Iterable[bytes]]:
    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith("/local/"):
            answered: Iterable[bytes] = aws(environ, start)
            return answered
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        if path == "/local/faults":
            fault = json.loads(body)
            if fault is None:
                keeper.faults.clear()
            elif "disabled" in fault:
                keeper.disabled.add(fault["disabled"])
            else:
                keeper.faults.append(fault)
        page = json.dumps(keeper.report()).encode()
        start("200 OK", [("Content-Type", "application/json")])
        return [page]

    return answer


if __name__ == "__main__":
    main()
