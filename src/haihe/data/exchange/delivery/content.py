"""What a delivery brings: the granted fields through their owner's masks, the granted rows, each under a key.

A row's key is made from its person for one grant alone: it stays the same from snapshot to snapshot, and tells nobody
who it is, nor that two consumers hold rows of the same person.
"""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.compute as pc

from haihe.base.keys.api import keyring
from haihe.data.exchange import places
from haihe.data.exchange.delivery.digests import RowsDigest
from haihe.data.exchange.delivery.masking import ColumnMask
from haihe.data.exchange.delivery.ports import KEY, Content
from haihe.data.exchange.encrypted import Kept, SealedPieces, SetDown, packed, unpacked
from haihe.data.exchange.reading import read_rows
from haihe.data.exchange.records import SnapshotInfo
from haihe.data.exchange.rules import RegisterSchema
from haihe.kernel import canonical
from haihe.kernel.mac import Mac

_KEY_DIGITS = 32
_BATCH_ROWS = 20_000
_IN_MEMORY_BYTES = 256 * 1024 * 1024
_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found on the way through all rows once: their number and digest."""

    rows: int
    digest: str


class GrantedRows:
    """The rows of one snapshot as one grant lets them out. Use as a context manager.

    Rows that were measured are kept as they leave, sealed, until then: to open and mask them once more costs as much as
    the rest of the way.
    """

    def __init__(
        self,
        snapshot: SnapshotInfo,
        schema: RegisterSchema,
        *,
        grant: UUID,
        masks: Mapping[str, Mapping[str, Any]],
        within: str,
    ) -> None:
        """`masks` are the granted fields with their owner's rules. Raises: MaskError."""
        self.snapshot = snapshot
        self._subject = schema.subject.field if schema.subject else None
        self._key = [column.field for column in schema.key_columns]
        self._fields = [column.field for column in schema.columns if column.field in masks]
        self._masks = [ColumnMask(masks[field]) for field in self._fields]
        self.within = within or None
        self._grant = grant
        self._store: SealedPieces | None = None
        self._kept: list[SetDown] = []
        told = {"key": self._key, "masks": {field: masks[field] for field in self._fields}, "within": within}
        self.shape = hashlib.sha256(canonical.dumps(told)).hexdigest()
        """Tells rows apart that are let out in another way."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._forget()

    @property
    def columns(self) -> tuple[str, ...]:
        return (KEY, *self._fields)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows. Raises: UnknownField, SnapshotDamaged."""
        if self._store is None:
            yield from (self.shown(batch)[1] for batch in self._read())
            return
        for piece in self._kept:
            yield from unpacked(self._store.open(piece)).to_batches()

    def measure(self, hear: Callable[[Sequence[bytes]], None]) -> Measured:
        """Go through all rows once; `hear` is told the subject keys of each batch."""
        digest = RowsDigest()
        self._forget()
        store, kept = _new_store(), list[SetDown]()
        try:
            for subjects, piece in _ahead(lambda batch: self._measured(batch, digest, store), self._read()):
                hear(subjects)
                kept.append(store.add(piece))
        except BaseException:
            store.close()
            raise
        # Only now: half of the rows must never pass for all of them.
        self._store, self._kept = store, kept
        return Measured(digest.rows, digest.value)

    def content(self, number: str, plan: str, measured: Measured) -> Content:
        return Content(number, plan, self.columns, measured.rows, measured.digest, self.batches)

    @property
    def has_key(self) -> bool:
        """Whether a row is known again in another snapshot."""
        return bool(self._key)

    @property
    def fields(self) -> list[str]:
        """The fields to read: the granted ones, and those that tell rows apart."""
        return list(dict.fromkeys([*self._key, *self._fields]))

    def shown(self, batch: pa.RecordBatch) -> tuple[Sequence[bytes], pa.RecordBatch]:
        """Return the subject keys of rows, and the rows as they leave."""
        keys, subjects = self._keys(batch)
        masked = [mask.shown(batch.column(f)) for f, mask in zip(self._fields, self._masks, strict=True)]
        return subjects, pa.RecordBatch.from_arrays([pa.array(keys, pa.string()), *masked], list(self.columns))

    def _measured(self, batch: pa.RecordBatch, digest: RowsDigest, store: SealedPieces) -> tuple[Sequence[bytes], Kept]:
        subjects, rows = self.shown(batch)
        digest.add_batch(rows)
        return subjects, store.keep(packed(pa.Table.from_batches([rows])))

    def _read(self) -> Iterator[pa.RecordBatch]:
        return read_rows(self.snapshot, self.fields, within=self.within, batch_rows=_BATCH_ROWS)

    def _forget(self) -> None:
        if self._store is not None:
            self._store.close()
        self._store, self._kept = None, []

    def _keys(self, batch: pa.RecordBatch) -> tuple[list[str], Sequence[bytes]]:
        named = self._named
        if self._subject is None and self._key:
            told = [pc.cast(batch.column(field), pa.string()).to_pylist() for field in self._key]
            return [named(json.dumps(values).encode()) for values in zip(*told, strict=True)], ()
        if self._subject is None:
            # Without persons and a key there is nothing but the place in the file that tells rows apart.
            return [named(str(line).encode()) for line in batch.column("line").to_pylist()], ()
        subjects = keyring().subject_keys(batch.column(self._subject).to_pylist())
        return self._all_named(subjects), subjects

    def _named(self, what: bytes) -> str:
        return self._all_named([what])[0]

    def _all_named(self, whats: Sequence[bytes]) -> list[str]:
        begin = b"haihe-delivery-key/1" + self._grant.bytes
        keys = Mac(keyring().subject_secret).digests((begin + what for what in whats), size=_KEY_DIGITS // 2)
        return [key.hex() for key in keys]


def _new_store() -> SealedPieces:
    """Return a store whose file has no name: whatever ends this process, nothing is left."""
    file = places.data_dir() / f".delivery-{uuid4()}"
    store = SealedPieces(file, _IN_MEMORY_BYTES)
    file.unlink()
    return store


def _ahead[T, U](work: Callable[[T], U], items: Iterable[T]) -> Iterator[U]:
    """Work on the items in a thread of their own, two ahead of who takes what comes of them, who may wait for others.

    The items themselves are made by the caller's thread, whose connection to the database they may need.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="measure") as beside:
        under_way = deque[Future[U]]()
        for item in items:
            under_way.append(beside.submit(work, item))
            if len(under_way) > _AHEAD:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
