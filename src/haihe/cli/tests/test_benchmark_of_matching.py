"""`haihe bench matching` compares and links real files, and prints what it says it prints."""

import json
import os
import subprocess
import sys


def test_it_prints_one_object() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HAIHE_D", "DJANGO_"))}
    sizes = ["--residents", "20000", "--relief", "2000", "--fund", "4000", "--insurance", "11000"]
    command = [
        sys.executable,
        "-m",
        "haihe",
        "bench",
        "matching",
        "--json",
        *sizes,
        "--left",
        "1500",
        "--right",
        "3000",
    ]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert (told["cross_check"]["rows"], told["full_join"]["rows"]) == (2000, 20000)
    assert told["cross_check"]["matched"] > 50
    assert told["full_join"]["matched"] > 500
    assert 0 < told["cross_check"]["rss_mb"] < 2048
    assert told["cross_check"]["ratio_to_duckdb"] > 0
    assert told["linkage"]["seconds"] > 0
    assert told["linkage"]["f1"] > 0.95
