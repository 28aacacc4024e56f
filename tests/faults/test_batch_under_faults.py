"""The gateway is killed in the middle of streamed batches: every answer that a client received is in the ledger."""

import json
import threading
import time
from dataclasses import dataclass, field

import httpx
import psycopg
import pytest

from haihe.cli.benchmark.residents import Residents
from haihe.gateway.testing import BATCH_PATH, batch, signed_headers
from haihe.kernel import packed_uses
from haihe.kernel.keyring import Keyring
from haihe.kernel.packed_uses import OUTCOMES
from tests.faults.asking import until
from tests.faults.test_gateway_under_faults import ID_NUMBERS, Place, kill_and_start, place

__all__ = ["place"]
pytestmark = pytest.mark.faults
EVERYBODY = [*ID_NUMBERS, *(Residents().id_number(n * 1009) for n in range(9_900))]
KILLS = 6


@dataclass
class Reader:
    """Sends the same persons again and again, and keeps (evidence, person's place, answer) of each whole line."""

    port: int
    received: list[tuple[str, int, str]] = field(default_factory=list)
    whole: int = 0
    cut: int = 0
    enough: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=60) as client:
            while not self.enough.is_set():
                try:
                    self._one_batch(client)
                except httpx.HTTPError:
                    time.sleep(0.02)

    def _one_batch(self, client: httpx.Client) -> None:
        body = batch(EVERYBODY)
        lines = 0
        try:
            with client.stream(
                "POST", BATCH_PATH, content=body, headers=signed_headers(body, path=BATCH_PATH)
            ) as reply:
                evidence = ""
                for line in reply.iter_lines() if reply.status_code == 200 else ():
                    told = json.loads(line)
                    evidence = told.get("evidence", evidence)
                    if "answer" in told:
                        lines += 1
                        self.received.append((evidence, told["n"], told["answer"]))
        except httpx.HTTPError:
            self.cut += 0 < lines < len(EVERYBODY)
            raise
        self.whole += lines == len(EVERYBODY)


def test_the_gateway_is_killed_in_mid_stream(place: Place, keyring: Keyring) -> None:
    readers = [Reader(place.port) for _ in range(4)]
    threads = [threading.Thread(target=reader.run) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        for kill in range(KILLS):
            before = sum(len(reader.received) for reader in readers)
            until(lambda before=before: sum(len(r.received) for r in readers) > before + 25_000, timeout_s=60)  # type: ignore[misc]  # bound here
            time.sleep(0.007 * kill)
            kill_and_start(place.gateway)
        until(lambda: sum(reader.whole for reader in readers) > 4 + KILLS, timeout_s=60)
    finally:
        for reader in readers:
            reader.enough.set()
        for thread in threads:
            thread.join(60)
    assert sum(reader.cut for reader in readers) > 0, "no stream was cut in the middle"
    place.ship()
    kept = ledger(place)
    keys = [keyring.subject_key(number) for number in EVERYBODY]
    received = [each for reader in readers for each in reader.received]
    assert len(received) > 100_000
    missing = [each for each in received if kept.get(each[0], {}).get(keys[each[1]]) != each[2]]
    assert missing == []


def ledger(place: Place) -> dict[str, dict[bytes, str]]:
    """Return the answer by evidence and subject key, from records whose roots hold."""
    kept = {}
    with psycopg.connect(place.server.url()) as connection:
        rows = connection.execute(
            "SELECT evidence::text, body, seed, uses FROM ledger_record JOIN ledger_packed USING (seq)"
        )
        for evidence, body, seed, uses in rows:
            assert packed_uses.root(seed, uses).hex() == json.loads(body)["uses"]["root"]
            kept[evidence] = {
                uses[start : start + 16]: OUTCOMES[uses[start + 16]][0].value for start in range(0, len(uses), 17)
            }
    return kept
