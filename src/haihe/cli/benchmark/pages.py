"""A Django of one's own on an empty database, and how long its pages take."""

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from haihe.kernel.keyring import Keyring
from haihe.launch import services

if TYPE_CHECKING:
    from django.test import Client

_ROUNDS = 5


def set_up(url: str, folder: Path) -> None:
    keys = folder / "keyring.json"
    keys.touch(mode=0o600)
    keys.write_text(Keyring.generate().to_json())
    os.environ |= {
        "HAIHE_DATABASE_URL": url,
        "HAIHE_DATA_DIR": str(folder),
        "HAIHE_ALLOWED_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "haihe.web.settings",
        "PYTHONPATH": services.python_path(),
    }
    subprocess.run([*services.PYTHON, "django", "migrate", "-v0", "--skip-checks"], check=True)  # noqa: S603 - our own program
    import django

    django.setup()


def ok(client: "Client", address: str, asked: dict[str, str]) -> None:
    if client.get(address, asked).status_code != 200:
        raise RuntimeError(f"{address} {asked} did not answer")


def times(calls: Sequence[Callable[[], object]]) -> list[float]:
    """Return the milliseconds of each call, in order of size; a round before them warms everything up."""
    took = []
    for call in calls:
        call()
    for call in [*calls] * _ROUNDS:
        started = time.perf_counter()
        call()
        took.append((time.perf_counter() - started) * 1000)
    return sorted(took)


def share(sorted_ms: list[float], share: float) -> float:
    return round(sorted_ms[min(int(len(sorted_ms) * share), len(sorted_ms) - 1)], 1)
