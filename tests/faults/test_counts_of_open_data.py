"""`haihe openreads` is killed right behind its answers: no call is lost, none is counted twice."""

import asyncio
import os
import subprocess
import time
from pathlib import Path

import psycopg
from psycopg.rows import dict_row

from haihe.launch import ports, services
from haihe.openreads import usage as usages
from haihe.openreads.testing import create_stand_ins, dataset_row, insert, version_row, write_version
from haihe.openreads.usage import Usage

_TABLES = ("open_data_usage", "open_data_counted")


def test_a_killed_program_loses_no_call(stand_in: str, tmp_path: Path) -> None:
    with psycopg.connect(stand_in, autocommit=True) as connection:
        create_stand_ins(connection)
        insert(connection, "openreads_dataset", dataset_row())
        insert(connection, "openreads_version", version_row(version="2"))
    write_version(tmp_path, "hospitals", "2", rows=20)
    asked = 0
    for _start in range(2):
        port = ports.free_port()
        environment = os.environ | {"HAIHE_DATABASE_URL": stand_in, "HAIHE_DATA_DIR": str(tmp_path)}
        command = services.haihe("openreads", "--port", str(port))
        with subprocess.Popen(command, env=environment) as process:
            try:
                deadline = time.monotonic() + 60
                path = "/open/v1/datasets/hospitals/rows?limit=1"
                while (answer := services.status_of("127.0.0.1", port, path)) is None or answer[0] != 200:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)  # a program tells nobody when it listens
                asked += 1
                for _call in range(25):
                    answer = services.status_of("127.0.0.1", port, path)
                    asked += answer is not None and answer[0] == 200
            finally:
                # Right behind its last answer: most of these were told to nobody yet.
                process.kill()

    async def tell_the_rest() -> None:
        connecting = psycopg.AsyncConnection.connect(stand_in, autocommit=True, row_factory=dict_row)
        async with await connecting as connection:
            await Usage(time.time, usages.file_of(tmp_path, 1)).write(connection)

    asyncio.run(tell_the_rest())
    assert asked == 52
    with psycopg.connect(stand_in) as connection:
        told = [connection.execute(f"SELECT sum(count)::int FROM {name}").fetchone() for name in _TABLES]
    assert told == [(52,), (52,)]
