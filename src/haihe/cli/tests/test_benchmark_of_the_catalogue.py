"""`haihe bench catalogue` measures on a database of its own and prints what it says it prints."""

import json
import os
import subprocess
import sys


def test_it_prints_one_object() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HAIHE_D", "DJANGO_"))}
    command = [sys.executable, "-m", "haihe", "bench", "catalogue", "--json", "--entries", "150"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert (told["entries"], told["queries"] > 50) == (150, True)
    assert 0 < told["search_p50_ms"] <= told["search_p95_ms"] <= told["search_max_ms"]
