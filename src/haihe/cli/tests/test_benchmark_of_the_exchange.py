"""`haihe bench exchange` feeds real files through the real path, and prints what it says it prints."""

import json
import os
import subprocess
import sys

import numpy as np

from haihe.data.exchange.demo.made_up_files import id_numbers
from haihe.kernel.identifiers import normal_id_number


def test_it_prints_one_object() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HAIHE_D", "DJANGO_"))}
    sizes = ["--rows", "3000", "--persons", "2000", "--indexed", "1000", "--through-nodes", "500"]
    command = [sys.executable, "-m", "haihe", "bench", "exchange", "--json", *sizes]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert (told["ingest"]["rows"], told["ingest"]["rows_rejected"]) == (3005, 4)
    assert (told["persons"]["rows"], told["persons"]["rows_rejected"]) == (2005, 4)
    assert 0 < told["ingest"]["ratio_to_duckdb_copy"] < 2
    assert 0 < told["ingest"]["rss_mb"] < 2048
    assert told["index"]["rows"] == 1000
    assert 0 < told["index"]["seconds"] < 60
    assert told["nodes"]["rows"] == 501
    assert 0 < told["nodes"]["arrived_s"] <= told["nodes"]["published_s"] <= told["nodes"]["delivered_s"]
    assert told["nodes"]["rows_per_s"] > 0


def test_made_up_numbers_are_valid_and_each_is_another() -> None:
    numbers = id_numbers(np.arange(0, 27_000_000, 9973)).to_pylist()
    assert [normal_id_number(number) for number in numbers] == numbers
    assert len(set(numbers)) == len(numbers)
