"""`haihe bench gateway`: how many questions a second one gateway process answers, all of its duties included."""

import os
import platform
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from haihe.cli.benchmark import kinds
from haihe.cli.benchmark.instance import Instance, temporary_instance
from haihe.cli.benchmark.load import Load, drive, nginx, program
from haihe.cli.benchmark.residents import Residents
from haihe.cli.benchmark.signed import write_asks, write_requests
from haihe.gateway.journal import Journal
from haihe.gateway.server import JOURNAL_FOLDER
from haihe.gateway.shipper import ship_all
from haihe.gateway.testing import PATH, question, signed_headers
from haihe.kernel.answers import Answer, QueryAnswer
from haihe.launch.screen import Screen
from haihe.launch.trouble import Trouble

_WARM_UP_S = 2.0
_WARM_UP_REQUESTS = 150_000
_RESERVE = 1.4
_CHECKED_BY_NAME = 200


@dataclass(frozen=True, slots=True)
class Result:
    """`ratio_to_nginx` compares with one worker process; a commit is two syncs of the disk, data and then root."""

    requests_per_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    rss_mb: float
    ratio_to_nginx: float
    nginx_requests_per_s: float
    nginx_auto_requests_per_s: float
    requests: int
    seconds: float
    connections: int
    cpu_cores: float
    commits_per_s: float
    requests_per_commit: float
    ledger: dict[str, int]
    shipped_per_s: float
    machine: str
    query: kinds.Speed
    batch_verify: kinds.BatchSpeed
    mix: kinds.Speed


def run(*, seconds: float, connections: int, residents: Residents, screen: Screen) -> Result:
    """Measure. Raises: Trouble if an answer was wrong, missing or not in the ledger exactly once."""
    for name in ("wrk", "nginx"):
        program(name)
    with ExitStack() as stack:
        work = Path(tempfile.mkdtemp(prefix="haihe-load-"))
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        instance = stack.enter_context(temporary_instance(residents, screen))
        warm = _warm_up(instance, work, residents, connections, screen)
        how_many = int(warm.per_second * seconds * _RESERVE)
        with screen.step(f"sign {how_many:,} requests 预先签名"):
            file = work / "requests"
            write_requests(file, residents.drawn(how_many), url=instance.gateway_url)
        with screen.step(f"load for {seconds:g} s on {connections} connections 加载"):
            before = _figures(instance)
            load = drive(instance.gateway_url, connections=connections, seconds=seconds, requests=file)
            after = _figures(instance)
        _check(load, "the gateway")
        shipping = _Shipping(instance, screen)
        shipping.catch_up()
        static, static_auto = (_static(work / name, name, connections, seconds, screen) for name in ("1", "auto"))
        # Anew beside each of the others: minutes pass, and a neighbour on the host may have come or gone.
        beside_query = _static(work / "beside-query", "1", connections, seconds, screen)
        query = _other(instance, work, residents, "queries", connections, seconds, warm, screen)
        shipping.catch_up()
        beside_mix = _static(work / "beside-mix", "1", connections, seconds, screen)
        mix = _other(instance, work, residents, "mixed", connections, seconds, warm, screen)
        with screen.step("batches 批量核验"):
            batch = kinds.drive_batches(instance.gateway_url, work, residents, seconds=seconds)
        checked = _ask_by_name(instance, residents)
        shipping.catch_up()
        answered = sum(each.requests for each in (warm, load, query, mix))
        ledger = _ledger(instance, answered=answered, batch=batch, checked=checked)
    commits = after.commits - before.commits
    return Result(
        requests_per_s=round(load.per_second),
        p50_ms=round(load.p50_ms, 2),
        p99_ms=round(load.p99_ms, 2),
        max_ms=round(load.max_ms, 1),
        rss_mb=round(after.peak_rss_mb),
        ratio_to_nginx=round(load.per_second / static.per_second, 3),
        nginx_requests_per_s=round(static.per_second),
        nginx_auto_requests_per_s=round(static_auto.per_second),
        requests=load.requests,
        seconds=round(load.seconds, 2),
        connections=connections,
        cpu_cores=round((after.cpu_s - before.cpu_s) / load.seconds, 2),
        commits_per_s=round(commits / load.seconds),
        requests_per_commit=round(load.requests / commits, 1),
        ledger=ledger,
        shipped_per_s=round(shipping.per_second),
        machine=_machine(),
        query=kinds.speed(query, beside_query),
        batch_verify=batch,
        mix=kinds.speed(mix, beside_mix),
    )


@dataclass(frozen=True, slots=True)
class _Figures:
    commits: int
    cpu_s: float
    peak_rss_mb: float


def _figures(instance: Instance) -> _Figures:
    status = Path(f"/proc/{instance.gateway_pid}/status").read_text()
    peak_kb = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    spent = psutil.Process(instance.gateway_pid).cpu_times()
    with Journal(instance.folder / JOURNAL_FOLDER) as journal:
        return _Figures(journal.commits(), spent.user + spent.system, peak_kb / 1024)


def _warm_up(instance: Instance, work: Path, residents: Residents, connections: int, screen: Screen) -> Load:
    with screen.step("warm up 预热"):
        file = work / "warm-up"
        write_requests(file, residents.drawn(_WARM_UP_REQUESTS), url=instance.gateway_url)
        load = drive(instance.gateway_url, connections=connections, seconds=_WARM_UP_S, requests=file)
        _check(load, "the gateway")
        return load


def _other(
    instance: Instance,
    work: Path,
    residents: Residents,
    name: str,
    connections: int,
    seconds: float,
    warm: Load,
    screen: Screen,
) -> Load:
    seconds = min(seconds, 10.0)
    with screen.step(f"load with {name}"):
        file, how_many = work / name, int(warm.per_second * seconds * _RESERVE)
        write_asks(file, getattr(kinds, name)(residents, how_many), url=instance.gateway_url)
        load = drive(instance.gateway_url, connections=connections, seconds=seconds, requests=file)
        _check(load, "the gateway")
        return load


def _static(folder: Path, workers: str, connections: int, seconds: float, screen: Screen) -> Load:
    folder.parent.chmod(0o755)
    with screen.step(f"nginx, worker_processes {workers}"), nginx(folder, workers=workers) as url:
        load = drive(url, connections=connections, seconds=min(seconds, 10.0))
        _check(load, "nginx")
        return load


def _check(load: Load, whom: str) -> None:
    if load.not_200 or load.broken:
        raise Trouble(f"{whom} gave {load.not_200} answers that were not 200, and {load.broken} connections broke")


def _ask_by_name(instance: Instance, residents: Residents) -> list[str]:
    """Ask some questions one by one and return the evidence that was given for each."""
    evidence = []
    with httpx.Client(base_url=instance.gateway_url, trust_env=False) as client:
        for id_number in residents.drawn(_CHECKED_BY_NAME):
            body = question(id_number)
            reply = client.post(PATH, content=body, headers=signed_headers(body))
            reply.raise_for_status()
            evidence.append(reply.json()["evidence"])
    return evidence


@dataclass(slots=True)
class _Shipping:
    """Carries the journal to the ledger between the loads, as the worker does all the time: each load begins with an
    empty journal, and none pays for what those before it left there.
    """

    instance: Instance
    screen: Screen
    records: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return self.records / self.seconds

    def catch_up(self) -> None:
        """Raises: Trouble, if something stays behind."""
        folder = self.instance.folder / JOURNAL_FOLDER
        with (
            self.screen.step("ship all to the ledger 入账"),
            Journal(folder) as journal,
            self.instance.connect() as connection,
        ):
            started = time.perf_counter()
            shipped = ship_all(journal, connection)
            self.records, self.seconds = self.records + shipped.records, self.seconds + time.perf_counter() - started
            # Or the database would write to the disk that the next load is to be measured on.
            connection.execute("CHECKPOINT")
            if shipped.left:
                raise Trouble("the journal isn't empty after all was shipped")


def _ledger(instance: Instance, *, answered: int, batch: kinds.BatchSpeed, checked: list[str]) -> dict[str, int]:
    """Compare the ledger with what was answered, and return what it holds. Raises: Trouble."""
    with instance.connect() as connection:
        kinds = connection.execute(
            "SELECT coalesce(body::json ->> 'answer', body::json ->> 'problem'), count(*)::int, "
            "count(DISTINCT evidence)::int FROM ledger_record "
            "WHERE kind NOT IN ('BATCH_VERIFY', 'SUBSCRIBE', 'COMPARE', 'DELIVER') GROUP BY 1"
        ).fetchall()
        many = connection.execute("SELECT count(*)::int FROM ledger_use").fetchone() or (0,)
        found = connection.execute(
            "SELECT count(*)::int FROM ledger_record WHERE evidence = ANY(%s::uuid[])", (checked,)
        ).fetchone()
    ledger = {str(answer): int(str(count)) for answer, count, _ in kinds}
    if any(count != distinct for _, count, distinct in kinds) or found != (len(checked),):
        raise Trouble("the ledger doesn't hold each answer exactly once")
    # wrk hangs up on its last questions: those are in the ledger, but nobody counted their answers.
    hung_up = sum(ledger.values()) - answered - len(checked)
    if not 0 <= hung_up <= 4096 or not ledger.keys() <= {*Answer, *QueryAnswer}:
        raise Trouble(f"the ledger holds {ledger} for {answered + len(checked)} answers")
    kept, told = int(str(many[0])), batch.batches * batch.subjects_per_batch
    if not told <= kept <= told + batch.connections * batch.subjects_per_batch:
        raise Trouble(f"the ledger holds {kept} answers of batches, and {told} were given")
    return ledger


def _machine() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory_gb = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} × {model}, {memory_gb:.0f} GB, {platform.system()} {platform.release()}"
