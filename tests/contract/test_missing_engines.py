"""A missing engine is counted aloud, and forbidden where HAIHE_REQUIRE_ENGINES=1."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
SUITE = """
import pytest
from tests.plugins import engines

engines.PROGRAMS["steam-engine"] = ("no-such-program-anywhere",)

@pytest.mark.engine("steam-engine")
def test_needs_steam() -> None:
    raise AssertionError
"""


def run(folder: Path, required: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_steam.py").write_text(SUITE)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = engine(name): needs it\n")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO", "PYTEST"))}
    environment["HAIHE_REQUIRE_ENGINES"] = required
    command = [sys.executable, "-m", "pytest", "-p", "tests.plugins.engines", "-p", "no:cacheprovider", str(folder)]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


def test_a_skip_is_counted_aloud(tmp_path: Path) -> None:
    done = run(tmp_path, "0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "NOT TESTED on this machine" in done.stdout
    assert "1 skipped: engine missing: steam-engine" in done.stdout


def test_a_skip_is_a_failure_where_engines_are_required(tmp_path: Path) -> None:
    done = run(tmp_path, "1")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert "skipped although HAIHE_REQUIRE_ENGINES=1: engine missing: steam-engine" in done.stdout
