"""How often each page asks the database, kept beside the code: a review sees where a page asks more than before.

python -m tests.contract.query_counts     measures anew and writes query_counts.json
"""

import json
import os
import subprocess
import sys
from pathlib import Path

BASELINE = Path(__file__).parent / "query_counts.json"
_REPOSITORY = Path(__file__).parents[2]
_BENCH = ("-m", "haihe", "bench", "pages", "--json", "--entries", "200", "--requests", "400", "--each", "1")


def measured() -> dict[str, int]:
    """Return the most queries of each view, over all persons of the demo, on a database of its own."""
    own = {name: text for name, text in os.environ.items() if not name.startswith(("HAIHE_", "DJANGO_"))}
    own |= {"PYTHONPATH": str(_REPOSITORY / "src")}
    done = subprocess.run([sys.executable, *_BENCH], env=own, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    queries: dict[str, int] = json.loads(done.stdout)["queries"]
    return queries


def baseline() -> dict[str, int]:
    counts: dict[str, int] = json.loads(BASELINE.read_text())
    return counts


if __name__ == "__main__":
    BASELINE.write_text(json.dumps(measured(), indent=2, sort_keys=True) + "\n")
