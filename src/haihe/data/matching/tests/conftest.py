"""A real standalone Spark of one master and two workers, started once for the tests that compare engines."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.find_spark_home import _find_spark_home
from pyspark.sql import SparkSession

from haihe.data.matching.engines.spark_engine import open_session

_STARTS_WITHIN_S = 120


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    folder = tmp_path_factory.mktemp("spark")
    port = 17000 + os.getpid() % 1000
    master = f"spark://127.0.0.1:{port}"
    programs = [
        _start(folder, "master", "org.apache.spark.deploy.master.Master", "--port", str(port), "--webui-port", "0"),
        *(
            _start(
                *(folder, f"worker{n}", "org.apache.spark.deploy.worker.Worker"),
                *("--cores", "1", "--memory", "1g", "--webui-port", "0", "--work-dir", str(folder), master),
            )
            for n in (1, 2)
        ),
    ]
    try:
        _wait_for_workers(folder / "master.log", 2)
        session = open_session(master, name="haihe-tests", more={"spark.sql.shuffle.partitions": "2"})
        yield session
        session.stop()
    finally:
        for program in programs:
            program.terminate()
        for program in programs:
            program.wait(20)


def _start(folder: Path, name: str, program: str, *options: str) -> "subprocess.Popen[bytes]":
    home = Path(_find_spark_home())
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [home / "bin" / "spark-class", program, "--host", "127.0.0.1", *options],
            stdout=log,
            stderr=log,
            env=environment,
            cwd=folder,
        )


def _wait_for_workers(log: Path, count: int) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while log.read_text().count("Registering worker") < count:
        if time.monotonic() > until:
            raise TimeoutError(log.read_text()[-2000:])
        time.sleep(0.2)
