"""What counting costs a request: a gateway without network, the same questions, with its tally and with one that counts
nothing. And what it costs to take a minute's figures, and to show all of them, with 200 services.

    PYTHONPATH=src .venv/bin/python -m bench.gateway_counting
"""

import statistics
import tempfile
import time
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest

from haihe.gateway.dossier import Dossier
from haihe.gateway.exposition import GatewayCollector
from haihe.gateway.messages import Request
from haihe.gateway.minutes import Minutes
from haihe.gateway.policy import Client
from haihe.gateway.tally import Key, Tally
from haihe.gateway.testing import ASKER, CLIENT, PATH, SECRET, Door, Letterbox, question, signed_headers
from haihe.kernel.keyring import Keyring
from haihe.kernel.mac import Mac

REQUESTS = 400_000
TOGETHER = 48
ROUNDS, ROUND = 100, 192
STRANGER = "120106198509233067"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        door = Door(Path(folder), keyring=Keyring.generate())
        print(f"{'counting one request':<40}{count(door) * 1e6:>10.2f} µs")
        counted, uncounted = whole_requests(door)
        print(f"{'a whole request, counted':<40}{counted * 1e6:>10.1f} µs of CPU")
        print(f"{'a whole request, not counted':<40}{uncounted * 1e6:>10.1f} µs of CPU")
        fill(door.commits.tally, services=200, consumers=12)
        minutes = Minutes(door.commits.tally)
        fill(door.commits.tally, services=200, consumers=12)
        started = time.perf_counter()
        minutes.take(now=time.time())
        print(f"{'taking the figures of 2,400 cells':<40}{(time.perf_counter() - started) * 1e3:>10.1f} ms")
        registry = CollectorRegistry(auto_describe=False)
        registry.register(GatewayCollector(door.desk, door.journal, connections=lambda: 0))
        started = time.perf_counter()
        text = generate_latest(registry)
        took = (time.perf_counter() - started) * 1e3
        print(f"{'showing them, ' + str(len(text) // 1000) + ' kB':<40}{took:>10.1f} ms, in a thread of its own")
        door.close()


def count(door: Door) -> float:
    """Return the seconds that a request's counting takes, in batches as a loaded gateway has them."""
    tally, dossiers, took = Tally(), dossiers_of(door), 0.0
    for _ in range(REQUESTS // TOGETHER):
        started = time.process_time()
        for dossier in dossiers:
            tally.will_end(dossier)
        tally.committed(TOGETHER, seconds=0.0002, now=dossiers[0].at + 0.002, failed=False)
        took += time.process_time() - started
    return took / REQUESTS


class Silent(Tally):
    """Counts nothing."""

    def will_end(self, dossier: Dossier) -> None:
        return

    def committed(self, records: int, *, seconds: float, now: float, failed: bool) -> None:
        return


def whole_requests(door: Door) -> tuple[float, float]:
    """Return the CPU seconds of one request, counted and not: of rounds in turns, what the best tenth stayed within."""
    took: dict[bool, list[float]] = {True: [], False: []}
    letterbox = Letterbox()
    for number in range(2 * ROUNDS):
        requests = [signed(door) for _ in range(ROUND)]
        door.commits.tally = Tally() if number % 2 else Silent()
        door.now = time.time()
        started = time.process_time()
        for n, request in enumerate(requests, 1):
            door.gateway.answer(request, letterbox)
            if n % TOGETHER == 0:
                door.commits.commit()
        took[bool(number % 2)].append((time.process_time() - started) / ROUND)
        letterbox.replies.clear()
    door.commits.commit()
    return statistics.quantiles(took[True], n=10)[0], statistics.quantiles(took[False], n=10)[0]


def signed(door: Door) -> Request:
    body = question(STRANGER)
    return Request("POST", PATH, None, signed_headers(body, created=int(time.time())), body, True)


def dossiers_of(door: Door) -> list[Dossier]:
    dossiers = [Dossier(at=time.time()) for _ in range(TOGETHER)]
    for dossier in dossiers:
        dossier.client, dossier.service = Client.with_secret(CLIENT, ASKER, Mac(SECRET)), door.service
        dossier.grant, dossier.kind, dossier.told = door.grant, "VERIFY", "NO_MATCH"
    return dossiers


def fill(tally: Tally, *, services: int, consumers: int) -> None:
    for service in range(services):
        for consumer in range(consumers):
            cell = tally.cell(Key(f"1200{consumer:02}", f"1201{service % 48:02}", f"service-{service}", "VERIFY"))
            for place in (2, 3, 4, 17, 18):
                cell.numbers[place] += 1
            cell.note("no-grant")


if __name__ == "__main__":
    main()
