"""The one command finds its sub-commands by name and imports no more than it runs."""

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from haihe.cli import COMMANDS, main

FILES = {path.stem for path in Path(__file__).parents[1].glob("*.py")} - {"__init__"}


def test_each_file_has_its_row_and_each_row_its_file() -> None:
    assert set(COMMANDS) == FILES


def test_each_command_shows_its_help() -> None:
    for name in FILES:
        result = CliRunner().invoke(main, [name, "--help"])
        assert result.exit_code == 0, (name, result.output)


def test_an_unknown_command_is_refused() -> None:
    result = CliRunner().invoke(main, ["flow-upstream"])
    assert result.exit_code == 2
    assert "flow-upstream" in result.output


def test_a_scale_too_small_to_hold_the_story_is_refused() -> None:
    for name in ("up", "seed", "demo"):
        result = CliRunner().invoke(main, [name, "--scale", "0.0001"])
        assert result.exit_code == 2, name
        assert "--scale" in result.output


def test_the_list_of_commands_imports_no_django() -> None:
    code = (
        "import sys; from haihe.cli import main; main(['--help'], standalone_mode=False);"
        "assert 'django' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
