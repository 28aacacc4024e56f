"""The other kinds of call: queries, batches, and a mix over many services, clients and grants."""

import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from haihe.cli.benchmark.load import Load, drive
from haihe.cli.benchmark.residents import Residents
from haihe.cli.benchmark.signed import Ask, write_asks
from haihe.gateway.testing import ASKER, BATCH_PATH, CLAIMS, PURPOSE, QUERY_PATH, QUERY_SERVICE, RESOURCE, SECRET
from haihe.kernel.keyring import Keyring
from haihe.launch.trouble import Trouble

SERVICES, CLIENTS = 200, 10
"""Each client has a grant for each service: 2,000 grants."""
BATCH_CONNECTIONS = 4
_BATCHES_PER_S = 75
_LONGEST_BATCH_RUN_S = 5.0
_MOST_SUBJECTS = 10_000
_QUERIED = ("relief_type", "monthly_amount_yuan", "valid_from")
_MASKS = {
    "relief_type": {"mask": "none"},
    "monthly_amount_yuan": {"mask": "bucket", "step": 500},
    "valid_from": {"mask": "year"},
}


@dataclass(frozen=True, slots=True)
class Speed:
    requests_per_s: float
    p50_ms: float
    p99_ms: float
    max_ms: float
    ratio_to_nginx: float
    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class BatchSpeed:
    """Times are of whole batches, from the first byte sent to the last received."""

    subjects_per_s: float
    subjects_per_batch: int
    p50_ms: float
    p99_ms: float
    max_ms: float
    batches: int
    seconds: float
    connections: int


def plant(connection: "psycopg.Connection[tuple[object, ...]]", *, keyring: Keyring) -> None:
    """Add a query service for the story's client, and the services, clients and grants of the mix."""
    _service(connection, QUERY_SERVICE, is_query=True)
    _grant(connection, ASKER, QUERY_SERVICE, is_query=True)
    for number in range(SERVICES):
        _service(connection, _slug(number), is_query=_is_query(number))
    for number in range(CLIENTS):
        client, organisation = _client(number), f"12{number:04}"
        sealed = keyring.seal(SECRET, context=f"client-secret:{client}")
        connection.execute("INSERT INTO gateway_client VALUES (%s, %s, %s, true)", (client, organisation, sealed))
        for service in range(SERVICES):
            _grant(connection, organisation, _slug(service), is_query=_is_query(service))


def queries(residents: Residents, how_many: int) -> Iterator[Ask]:
    for number in residents.drawn(how_many):
        yield Ask(f'{{"subject":{{"id_number":"{number}"}},"fields":{json.dumps(_QUERIED)}', QUERY_PATH)


def mixed(residents: Residents, how_many: int) -> Iterator[Ask]:
    """Yield calls of any client to any service: one claim, two, or three fields, as the service has it."""
    source = random.Random()  # noqa: S311 - a draw for a load test, no secret
    for number in residents.drawn(how_many):
        service, client = source.randrange(SERVICES), _client(source.randrange(CLIENTS))
        subject = f'{{"subject":{{"id_number":"{number}"}}'
        if _is_query(service):
            yield Ask(f'{subject},"fields":{json.dumps(_QUERIED)}', f"/v1/query/{_slug(service)}", client)
        else:
            several = f',"claims":{json.dumps(list(CLAIMS))}' if source.random() < 0.25 else ""
            yield Ask(subject + several, f"/v1/verify/{_slug(service)}", client)


def batches(residents: Residents, how_many: int) -> Iterator[Ask]:
    source = random.Random()  # noqa: S311 - a draw for a load test, no secret
    for _ in range(how_many):
        people = source.sample(range(residents.population), batch_size(residents))
        subjects = ",".join(f'{{"id_number":"{residents.id_number(number)}"}}' for number in people)
        yield Ask(f'{{"subjects":[{subjects}]', BATCH_PATH)


def batch_size(residents: Residents) -> int:
    return min(_MOST_SUBJECTS, residents.population)


def drive_batches(url: str, work: Path, residents: Residents, *, seconds: float) -> BatchSpeed:
    seconds = min(seconds, _LONGEST_BATCH_RUN_S)
    file = work / "batches"
    write_asks(file, batches(residents, int(_BATCHES_PER_S * seconds) + 2 * BATCH_CONNECTIONS), url=url)
    load = drive(url, connections=BATCH_CONNECTIONS, seconds=seconds, requests=file)
    if load.not_200 or load.broken:
        raise Trouble(f"of the batches {load.not_200} were refused and {load.broken} broke")
    return BatchSpeed(
        subjects_per_s=round(load.per_second * batch_size(residents)),
        subjects_per_batch=batch_size(residents),
        p50_ms=round(load.p50_ms, 1),
        p99_ms=round(load.p99_ms, 1),
        max_ms=round(load.max_ms, 1),
        batches=load.requests,
        seconds=round(load.seconds, 2),
        connections=BATCH_CONNECTIONS,
    )


def speed(load: Load, static: Load) -> Speed:
    return Speed(
        requests_per_s=round(load.per_second),
        p50_ms=round(load.p50_ms, 2),
        p99_ms=round(load.p99_ms, 2),
        max_ms=round(load.max_ms, 1),
        ratio_to_nginx=round(load.per_second / static.per_second, 3),
        requests=load.requests,
        seconds=round(load.seconds, 2),
    )


def _slug(number: int) -> str:
    return f"mix-{number:03}"


def _client(number: int) -> str:
    return f"mix-client-{number}"


def _is_query(number: int) -> bool:
    return number % 5 == 4


def _service(connection: "psycopg.Connection[tuple[object, ...]]", slug: str, *, is_query: bool) -> None:
    kind, default = ("QUERY", "") if is_query else ("VERIFY", "on_relief")
    connection.execute(
        "INSERT INTO gateway_service VALUES (%s, %s, %s, '120012', %s, %s, 86400, true, %s)",
        (slug, kind, RESOURCE, default, json.dumps({} if is_query else CLAIMS), json.dumps(_MASKS if is_query else {})),
    )


def _grant(
    connection: "psycopg.Connection[tuple[object, ...]]", organisation: str, slug: str, *, is_query: bool
) -> None:
    claims, fields = ([], list(_MASKS)) if is_query else (list(CLAIMS), [])
    connection.execute(
        "INSERT INTO gateway_grant VALUES (%s, %s, %s, %s, %s, '天津市促进大数据发展应用条例第二十条', "
        "now() - interval '1 day', now() + interval '1 year', 1000000000, 'ACTIVE', %s)",
        (uuid.uuid4(), organisation, slug, claims, [PURPOSE], fields),
    )
