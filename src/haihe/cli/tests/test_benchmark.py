"""The benchmark measures what it says: real people's numbers, valid signatures, an honest comparison."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haihe.cli.benchmark.gateway import Result
from haihe.cli.benchmark.residents import Residents
from haihe.cli.benchmark.signed import write_requests
from haihe.gateway.testing import PATH, SECRET
from haihe.kernel.identifiers import parse_id_number
from haihe.kernel.mac import Mac
from haihe.kernel.signing import check_signature, parse_signature

ALL = Residents()


@given(st.integers(0, ALL.population - 1), st.integers(0, ALL.population - 1))
def test_each_resident_has_a_valid_number_of_their_own(one: int, other: int) -> None:
    assert parse_id_number(ALL.id_number(one)).value == ALL.id_number(one)
    assert (ALL.id_number(one) == ALL.id_number(other)) == (one == other)


def test_the_register_is_of_the_size_it_says_and_always_the_same() -> None:
    few = Residents(population=1000, registered=40)
    assert len(set(few.on_relief())) == 40
    assert few.on_relief() == few.on_relief()


def test_requests_are_validly_signed_and_distinct(tmp_path: Path) -> None:
    file = tmp_path / "requests"
    assert write_requests(file, Residents(100, 10).drawn(20), url="http://127.0.0.1:1") == 20
    signatures = set()
    for request in file.read_bytes().removesuffix(b"\0").split(b"\0"):
        head, body = request.split(b"\r\n\r\n")
        headers = dict(
            line.lower().split(": ", 1)[0:1] + line.split(": ", 1)[1:] for line in head.decode().split("\r\n")[1:]
        )
        given_signature = parse_signature(headers)
        signatures.add(given_signature.signature)
        digest = headers["content-digest"]
        assert check_signature(
            given_signature, method="POST", path=PATH, content_digest=digest, body=body, secret=Mac(SECRET)
        )
        assert int(headers["content-length"]) == len(body)
    assert len(signatures) == 20


@pytest.mark.engine("wrk")
@pytest.mark.engine("nginx")
def test_it_prints_exactly_one_json_object() -> None:
    command = [sys.executable, "-m", "haihe", "bench", "gateway", "--json", "--seconds", "1"]
    command += ["--residents", "5000", "--registered", "200"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert set(result) == set(Result.__annotations__)
    assert result["requests_per_s"] > 0
    assert 0 < result["p50_ms"] <= result["p99_ms"] <= result["max_ms"]
    answered = sum(each["requests"] for each in (result, result["query"], result["mix"]))
    assert sum(result["ledger"].values()) >= answered
    assert result["batch_verify"]["subjects_per_batch"] == 5000
    assert result["batch_verify"]["subjects_per_s"] > 5000
    for kind in ("query", "mix"):
        assert result[kind]["ratio_to_nginx"] > 0
        assert 0 < result[kind]["p50_ms"] <= result[kind]["p99_ms"]
