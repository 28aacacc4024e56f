"""A command finds the city that runs in its data directory, and says what to do where none runs."""

import os
import subprocess
import sys
from pathlib import Path


def list_accounts(data_dir: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HAIHE_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-m", "haihe", "account", "list"],
        env=environment | {"HAIHE_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_where_nothing_runs_it_says_so(tmp_path: Path) -> None:
    said = list_accounts(tmp_path)
    assert said.returncode == 1
    assert f"nothing runs in {tmp_path}" in said.stderr
    assert "Traceback" not in said.stderr
