"""Let a command work on an installation that runs already."""

import os
from pathlib import Path

import django
from django.apps import apps

from haihe.kernel.environment import Environment
from haihe.launch import foundation
from haihe.launch.data_dir import DataDir
from haihe.launch.trouble import Trouble


def attach(data_dir: Path | None = None) -> None:
    """Set Django up on the installation that runs in this directory, or on the database that the environment names.
    Where it is set up already, nothing happens.

    Raises: Trouble where there is neither; DataDirError without its keyring.
    """
    if apps.ready:
        return
    folder = DataDir((data_dir or Environment.from_mapping(os.environ).data_dir).absolute())
    running = folder.running()
    if running is not None:
        os.environ |= foundation.child_environment(folder=folder, keyring=folder.keyring(), running=running, demo=False)
    elif "HAIHE_DATABASE_URL" not in os.environ:
        raise Trouble(
            f"nothing runs in {folder.path}: start it with `haihe up`, name another with HAIHE_DATA_DIR, "
            "or name a database of your own with HAIHE_DATABASE_URL"
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "haihe.web.settings")
    django.setup()
