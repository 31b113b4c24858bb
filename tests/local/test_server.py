"""The embedded AWS answers for an account in which nothing is yet."""

from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest

from local import images
from local.server import REGION, started
from ringfence.collect import collect

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_an_empty_account_is_read_without_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every operation that a sweep asks has an answer, be it an empty one."""
    images.write(tmp_path / "images.json", NOW)
    with started(tmp_path) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        session = boto3.Session(
            aws_access_key_id="k", aws_secret_access_key="s", region_name=REGION
        )
        snapshot = collect(
            session, account="123456789012", region=REGION, now=lambda: NOW
        )

    assert () == snapshot.gaps
