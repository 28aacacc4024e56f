"""Finished pages in files, shared by the processes of a machine."""

import secrets
from typing import Final

from django.core.cache.backends.filebased import FileBasedCache

_SETS_A_CULL: Final = 64


class PageCache(FileBasedCache):
    """Django's cache in files, which lists its whole folder for each page that it keeps: here for one of 64.

    MAX_ENTRIES may be exceeded by that many in each process.
    """

    def _cull(self) -> None:
        if secrets.randbelow(_SETS_A_CULL) == 0:
            super()._cull()  # type: ignore[misc]  # Django's own, without types
