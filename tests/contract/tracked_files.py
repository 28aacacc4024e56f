"""The files that git keeps, or would keep at the next `git add`."""

import subprocess
from functools import cache
from pathlib import Path

from tests.contract.storeys import REPOSITORY

TEXT = {".py", ".md", ".toml", ".html", ".js", ".css", ".json", ".lock", ".yaml", ".yml", ".csv", ".po", ".sql", ".txt"}


@cache
def tracked() -> tuple[Path, ...]:
    """Return the paths, each existing and absolute."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True).stdout.decode()
    paths = (REPOSITORY / name for name in listed.split("\0") if name)
    return tuple(sorted(path for path in paths if path.is_file()))


def texts() -> dict[Path, str]:
    """Return the content of each tracked text file."""
    chosen = (path for path in tracked() if path.suffix in TEXT or path.suffix == "")
    return {path: path.read_text(encoding="utf-8", errors="replace") for path in chosen}
