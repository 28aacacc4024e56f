"""Where a fetch writes at the centre: the received file of the run that will check it, sealed from the first byte."""

import errno
from time import monotonic
from typing import Final

from django.db import transaction

from haihe.data.exchange.connectors.faults import Fault, FetchFailed
from haihe.data.exchange.connectors.ports import Fetched, Memory, Site
from haihe.data.exchange.received import Received, SealedWriter, TooLarge
from haihe.data.exchange.sources.models import SourceRun, SourceRunState

_PROGRESS_EVERY_S: Final = 0.5
_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class CentreSink:
    """Keeps the protocol of a sink; `received` is there once `durable` has returned."""

    def __init__(self, run: SourceRun, writer: SealedWriter, memory: Memory, site: Site) -> None:
        self.memory = memory
        self.received: Received | None = None
        self._run = run
        self._writer = writer
        self._site = site
        self._rows = 0
        self._bytes = 0
        self._next = 0.0

    def write(self, piece: bytes) -> None:
        try:
            self._writer.write(piece)
        except TooLarge:
            raise FetchFailed(Fault.TOO_MUCH) from None
        except OSError as error:
            raise _of(error) from None
        self._bytes += len(piece)
        self._tell()

    def count(self, rows: int) -> None:
        self._rows = rows
        self._tell()

    def durable(self, fetched: Fetched) -> None:
        try:
            received = self._writer.finish()
        except OSError as error:
            raise _of(error) from None
        with transaction.atomic():
            run = SourceRun.objects.select_for_update().get(pk=self._run.pk)
            if run.state != SourceRunState.FETCHING:
                raise FetchFailed(Fault.ENDED)
            now = self._site.clock()
            run.kept_at, run.as_of = now, min(fetched.as_of or now, now)
            run.filename, run.format, run.mode = fetched.filename[-255:], fetched.format, fetched.mode
            run.watermark, run.complete, run.token = fetched.watermark, fetched.complete, fetched.token
            run.rows = self._rows if fetched.rows is None else fetched.rows
            run.size_bytes, run.content_sha256 = received.size_bytes, received.sha256
            run.save()
        self.received = received

    def _tell(self) -> None:
        """Write the progress now and then, and stop where somebody else ended the fetch."""
        if monotonic() < self._next:
            return
        self._next = monotonic() + _PROGRESS_EVERY_S
        mine = SourceRun.objects.filter(pk=self._run.pk, state=SourceRunState.FETCHING)
        if not mine.update(rows=self._rows, size_bytes=self._bytes):
            raise FetchFailed(Fault.ENDED)


def _of(error: OSError) -> FetchFailed:
    return FetchFailed(Fault.STORE_FULL if error.errno in _FULL else Fault.INTERNAL_ERROR)
