"""The OS user of embedded PostgreSQL: the server refuses to run as root, and must reach its programs and its data."""

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from haihe.launch.trouble import Trouble

NAME = "haihe-postgres"


class OsUserError(Trouble):
    """The user could not be made, or a program failed; the message carries what was printed."""


def needed() -> str | None:
    """Return the user's name where we are root, and None where we run as ourselves."""
    return NAME if os.geteuid() == 0 else None


def ensure() -> None:
    """Make the user where it is needed and missing."""
    if needed() is None:
        return
    try:
        pwd.getpwnam(NAME)
    except KeyError:
        if not shutil.which("useradd"):
            raise OsUserError(
                f"PostgreSQL does not run as root, and useradd, to make the user {NAME}, is missing; "
                "run haihe as another user, or give HAIHE_DATABASE_URL"
            ) from None
        run(["useradd", "--system", "--no-create-home", "--user-group", NAME], as_user=False)


def run(command: list[str], *, as_user: bool = True) -> str:
    """Run a program to its end, as the user where that is needed. Raises: OsUserError."""
    user = needed() if as_user else None
    done = subprocess.run(  # noqa: S603 - fixed programs, no shell
        command, user=user, group=user, extra_groups=[] if user else None, cwd="/",
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise OsUserError(f"{Path(command[0]).name} failed: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def give(folder: Path) -> None:
    """Make the folder the user's own and nobody else's."""
    folder.chmod(0o700)
    if user := needed():
        shutil.chown(folder, user, user)


def can_use(path: Path, *, to: str) -> bool:
    """True if the user can read ("r"), write ("w") or enter or run ("x") what stands there; every parent counts."""
    try:
        run(["/bin/sh", "-c", f'test -{to} "$1"', "sh", str(path)])
    except (OsUserError, OSError):
        return False
    return True
