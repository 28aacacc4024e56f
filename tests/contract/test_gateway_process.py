"""The program itself: starts, answers signed questions over HTTP, stops when told, and says what is wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psycopg
import pytest

from haihe.gateway.testing import PATH, announce_index, build_index, question, signed_headers
from haihe.gateway.tests.conftest import LIU, ZHANG
from haihe.kernel.keyring import Keyring
from haihe.launch.ports import free_port


@pytest.fixture
def installation(tmp_path: Path, stand_in: str, keyring: Keyring) -> dict[str, str]:
    """Files and database of a gateway that may start; gives its environment."""
    (tmp_path / "keyring.json").write_text(keyring.to_json())
    with psycopg.connect(stand_in, autocommit=True) as connection:
        path = build_index(tmp_path, [LIU], keyring=keyring)
        announce_index(connection, snapshot="s1", path=path)
    return {**os.environ, "HAIHE_DATA_DIR": str(tmp_path), "HAIHE_DATABASE_URL": stand_in}


@contextmanager
def running(environment: dict[str, str]) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    port = free_port()
    command = [sys.executable, "-m", "haihe", "gateway", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
                wait_until_healthy(client)
                yield process, client
        finally:
            process.kill()


def wait_until_healthy(client: httpx.Client) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if client.get("/healthz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("the gateway didn't become healthy")


def test_it_answers_and_stops_cleanly(installation: dict[str, str]) -> None:
    with running(installation) as (process, client):
        for id_number, answer in ((LIU.id_number, "MATCH"), (ZHANG, "NO_MATCH")):
            body = question(id_number)
            reply = client.post(PATH, content=body, headers=signed_headers(body))
            assert (reply.status_code, reply.json()["answer"]) == (200, answer)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0


def test_a_stop_lets_the_last_answers_out(installation: dict[str, str]) -> None:
    with running(installation) as (process, client):
        body = question(LIU.id_number)
        client.post(PATH, content=body, headers=signed_headers(body))
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0


def test_a_second_one_is_turned_away_with_a_sentence(installation: dict[str, str]) -> None:
    with running(installation):
        command = [sys.executable, "-m", "haihe", "gateway", "--port", str(free_port())]
        second = subprocess.run(command, env=installation, capture_output=True, text=True, timeout=60, check=False)
        assert second.returncode == 1
        assert "another gateway runs on" in second.stderr
        assert "Traceback" not in second.stderr


def test_without_a_keyring_it_says_so(installation: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "keyring.json").unlink()
    command = [sys.executable, "-m", "haihe", "gateway", "--port", str(free_port())]
    failed = subprocess.run(command, env=installation, capture_output=True, text=True, timeout=60, check=False)
    assert failed.returncode == 1
    assert "keyring.json" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_neither_number_nor_name_reaches_the_log(installation: dict[str, str]) -> None:
    with running(installation) as (process, client):
        for body in (
            question(LIU.id_number, name="刘志远"),
            question(LIU.id_number, name=5),
            b"{" + LIU.id_number.encode(),
        ):
            client.post(PATH, content=body, headers=signed_headers(body))
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=60)
    assert "listening" in log
    assert LIU.id_number not in log
    assert "刘志远" not in log


def test_the_openapi_document_is_served(installation: dict[str, str]) -> None:
    with running(installation) as (_, client):
        assert json.loads(client.get("/v1/openapi.json").content)["openapi"].startswith("3.1")
