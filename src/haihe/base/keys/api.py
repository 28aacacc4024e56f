"""What neighbours may use of the keys."""

from functools import cache

from django.conf import settings

from haihe.kernel.keyring import Keyring, KeyringError

__all__ = ["keyring"]


@cache
def keyring() -> Keyring:
    """Return this installation's keys, read once per process. Raises: KeyringError, naming the file that is missing."""
    file = settings.HAIHE.data_dir / "keyring.json"
    try:
        return Keyring.from_json(file.read_text())
    except FileNotFoundError:
        raise KeyringError(f"{file} is missing; `haihe up` makes it, and a restored database needs its own") from None
