"""First pass: every row of the source checked, keyed, sealed and set down in staging files, in bounded memory.

What is personal leaves this module only as keyed hashes and sealed bytes; staging holds nothing plain either. Whether
rows repeat or contradict each other shows only when all are there: that is the second pass, set-wise, in `lake`.
"""

import csv
import hmac
import os
from base64 import b64encode
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import msgspec

from haihe.data.exchange.checking import Problem, Refused, RowChecker, Values
from haihe.data.exchange.ports import Reading, Record
from haihe.data.exchange.rules import Personal, RegisterSchema
from haihe.kernel.keyring import Keyring

ACCEPTED, REJECTED, DOUBTED = "accepted.csv", "rejected.csv", "doubted.csv"
_PROGRESS_EVERY_ROWS = 5000
_REMEMBERED_KEYS = 256
_DIGEST_DIGITS = 32


@dataclass(slots=True)
class Counts:
    """The account of a run: rows_in is always the sum of the other two."""

    rows_accepted: int = 0
    rows_rejected: int = 0
    blank_lines: int = 0
    bytes_read: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def rows_in(self) -> int:
        return self.rows_accepted + self.rows_rejected

    def refuse(self, code: str) -> None:
        self.rows_rejected += 1
        self.reasons[str(code)] = self.reasons.get(code, 0) + 1


type Progress = Callable[[Counts], None]


def personal_context(snapshot: str, line: int) -> str:
    """Context of a row's sealed personal values: they open only as this row's."""
    return f"snapshot:{snapshot}:{line}"


def raw_context(snapshot: str, line: int) -> str:
    """Context of a rejected row's sealed raw line."""
    return f"reject:{snapshot}:{line}"


class RejectedSource(msgspec.Struct, frozen=True):
    """What a rejected row said, sealed beside the snapshot. `cells` follow the schema; empty for a damaged row."""

    raw: str
    cells: list[str]


type Positions = tuple[int | None, ...]


class Staging:
    """The staging files of one run, open for writing. Use as a context manager."""

    def __init__(
        self, folder: Path, schema: RegisterSchema, keyring: Keyring, *, snapshot: str, positions: Positions
    ) -> None:
        self.folder = folder
        self.schema = schema
        self._keyring = keyring
        self._snapshot = snapshot
        self._positions = positions
        # Only equality within this run matters, so nobody ever needs the key again.
        self._digest_key = os.urandom(32)
        places = {column.field: place for place, column in enumerate(schema.columns)}
        self._sealed = [(c.field, places[c.field]) for c in schema.sealed_columns]
        self._plain = [places[c.field] for c in schema.plain_columns]
        self._subject = places[schema.subject.field] if schema.subject else None
        # The householder of one row is the subject of a neighbouring one.
        self._subject_key = lru_cache(_REMEMBERED_KEYS)(lambda id_number: keyring.subject_key(id_number).hex())
        name_key = lru_cache(_REMEMBERED_KEYS)(lambda name: keyring.name_key(name).hex())
        self._keyed = [
            (name_key if c.personal is Personal.NAME else self._subject_key, places[c.field])
            for c in schema.keyed_columns
        ]

    def __enter__(self) -> "Staging":
        with ExitStack() as stack:
            self._open = [
                stack.enter_context((self.folder / name).open("w", encoding="utf-8", newline=""))
                for name in (ACCEPTED, REJECTED, DOUBTED)
            ]
            self._accepted, self._rejected, self._doubted = (csv.writer(file) for file in self._open)
            self._files = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def flush(self) -> None:
        for file in self._open:
            file.flush()

    def accept(self, line: int, values: Values) -> None:
        digest = hmac.digest(self._digest_key, msgspec.msgpack.encode(values), "sha256").hex()[:_DIGEST_DIGITS]
        subject = values[self._subject] if self._subject is not None else None
        # Rows without a subject repeat only if they are the same altogether.
        key = self._subject_key(subject) if subject else digest
        keyed = [(value := values[place]) and make(value) for make, place in self._keyed]
        personal = msgspec.json.encode({name: values[place] for name, place in self._sealed})
        sealed = self._keyring.seal(personal, context=personal_context(self._snapshot, line)) if self._sealed else b""
        plain = [values[place] for place in self._plain]
        self._accepted.writerow([line, key, digest, b64encode(sealed).decode(), *keyed, *plain])

    def reject(self, record: Record, problems: Iterable[Problem], doubted: Iterable[str]) -> None:
        sealed = self._keyring.seal(self._source_of(record), context=raw_context(self._snapshot, record.line))
        told = [[problem.column, problem.code, problem.sentence] for problem in problems]
        row = [record.line, told[0][1], msgspec.json.encode(told).decode(), b64encode(sealed).decode()]
        self._rejected.writerow(row)
        for id_number in doubted:
            self.doubt(record.line, self._subject_key(id_number))

    def _source_of(self, record: Record) -> bytes:
        """Return the row as it stood in the source; its cells too where their number is right."""
        cells: list[str] = []
        if record.fault is None or record.column:
            cells = [record.cells[place] if place is not None else "" for place in self._positions]
        return msgspec.json.encode(RejectedSource(record.raw, cells))

    def doubt(self, line: int, subject_key: str) -> None:
        self._doubted.writerow([line, subject_key])


def stage_rows(staging: Staging, reading: Reading, progress: Progress) -> Counts:
    """Check every row of the reading into the staging files and return the account so far."""
    checker = RowChecker(staging.schema, reading.facts)
    counts = Counts()
    for record in reading.records:
        checked = checker.check(record)
        if isinstance(checked, Refused):
            staging.reject(record, checked.problems, checked.doubted)
            counts.refuse(checked.problems[0].code)
        else:
            staging.accept(record.line, checked)
            counts.rows_accepted += 1
        if counts.rows_in % _PROGRESS_EVERY_ROWS == 0:
            _look(counts, reading, progress)
    _look(counts, reading, progress)
    return counts


def _look(counts: Counts, reading: Reading, progress: Progress) -> None:
    counts.blank_lines = reading.tally.blank_lines
    counts.bytes_read = reading.tally.bytes_read
    progress(counts)
