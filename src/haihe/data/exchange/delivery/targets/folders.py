"""A folder of this machine, shared out by whatever the operator uses for it."""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any

from haihe.data.exchange.delivery.ports import DeliveryFailed, Fault


class LocalFolder:
    """Keeps the `Folder` protocol of `files`."""

    def __init__(self, path: Path, shown: str) -> None:
        self._path = path
        self.where = f"folder:{shown}"

    @classmethod
    def below(cls, root_of: Callable[[], Path]) -> Callable[[Any, Any], AbstractContextManager["LocalFolder"]]:
        """Return what opens the folder that settings name, below a root. Raises: DeliveryFailed."""

        @contextlib.contextmanager
        def opened(settings: Any, _: Any) -> Iterator[LocalFolder]:
            root = root_of().resolve()
            path = (root / settings.path).resolve()
            if not path.is_relative_to(root) or path == root:
                raise DeliveryFailed(Fault.SETTINGS_WRONG)
            try:
                path.mkdir(parents=True, exist_ok=True, mode=0o750)
                yield cls(path, settings.path)
            except OSError as error:
                is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
                raise DeliveryFailed(Fault.DISK_FULL if is_full else Fault.NO_CONNECTION) from None

        return opened

    def names(self) -> set[str]:
        return {entry.name for entry in self._path.iterdir() if entry.is_file()}

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        with (self._path / name).open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())

    @contextlib.contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        with (self._path / name).open("rb") as file:
            yield file

    def rename(self, source: str, target: str) -> None:
        (self._path / source).rename(self._path / target)
        self._sync()

    def remove(self, name: str) -> None:
        (self._path / name).unlink(missing_ok=True)
        self._sync()

    def _sync(self) -> None:
        descriptor = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
