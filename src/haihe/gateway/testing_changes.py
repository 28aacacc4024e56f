"""For tests of subscriptions: a register that changes snapshot by snapshot behind a door that subscribes to it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from haihe.gateway.policy import SUBSCRIBE, IndexRow, Service
from haihe.gateway.testing import PURPOSE, RESOURCE, SUBSCRIBE_PATH, SUBSCRIBE_SERVICE, Door, Letterbox, write_index
from haihe.kernel.mask_rules import compile_mask
from haihe.kernel.subject_index import FieldValue, IndexMeta, encode_entry

FIELDS = ("kind", "amount", "since")
RULES: Mapping[str, Mapping[str, Any]] = {
    "kind": {"mask": "none"},
    "amount": {"mask": "bucket", "step": 500},
    "since": {"mask": "year"},
}

type WriteChanges = Callable[[Path, IndexMeta, Path | None], object]
"""Writes what changed beside an index: the exchange's part."""


class Row(NamedTuple):
    """A person's row; in doubt, it says nothing."""

    kind: FieldValue = "低保"
    amount: FieldValue = "1010.00"
    since: FieldValue = "2026-03-01"
    in_doubt: bool = False


@dataclass
class Register:
    """`publish` makes the next snapshot the running one."""

    door: Door
    write_changes: WriteChanges
    number: int = 0
    running: Path | None = None
    states: list[dict[str, Row]] = field(default_factory=list)

    def publish(self, rows: Mapping[str, Row], *, as_of: float | None = None, keeps_history: bool = True) -> None:
        """Publish these rows by identity number."""
        self.number += 1
        snapshot, keyring = f"r{self.number}", self.door.keyring
        entries = {
            keyring.subject_key(number): encode_entry(
                row.in_doubt, b"", {} if row.in_doubt else {name: getattr(row, name) for name in FIELDS}
            )
            for number, row in rows.items()
        }
        when = datetime.fromtimestamp(self.door.now if as_of is None else as_of, UTC)
        relative = write_index(self.door.folder, entries, snapshot=snapshot, as_of=when)
        path = self.door.folder / relative
        meta = IndexMeta(resource=RESOURCE, snapshot=snapshot, as_of=when, rows=len(entries), fields=FIELDS)
        if keeps_history:
            self.write_changes(path, meta, self.running)
        self.running = path
        self.states.append(dict(rows))
        self.door.indexes = [IndexRow(RESOURCE, snapshot, relative)]
        self.door.apply()


def subscribe(door: Door, *fields: str, **changes: Any) -> None:
    """Open the service and grant these fields of it."""
    masks = {name: compile_mask(rule) for name, rule in RULES.items()}
    door.service = Service(SUBSCRIBE_SERVICE, RESOURCE, "120012", "", {}, 86_400, SUBSCRIBE, masks)
    told: dict[str, Any] = {"service": SUBSCRIBE_SERVICE, "claims": frozenset(), "fields": frozenset(fields)}
    door.grant = replace(door.grant, **(told | {"purposes": frozenset({PURPOSE})} | changes))
    door.apply()


def asking(*fields: str, since: str | None = None, subjects: Iterable[str] = (), **more: object) -> bytes:
    """Return the body of a request; with a cursor, about these subjects."""
    told: dict[str, object] = {"purpose": PURPOSE, "case": "GJJ-2026-1", "fields": list(fields)}
    if since is not None:
        told |= {"since": since, "subjects": [{"id_number": number} for number in subjects]}
    return json.dumps(told | more).encode()


def cursor_of_now(door: Door, *fields: str) -> str:
    (reply,) = door.batch(asking(*fields), path=SUBSCRIBE_PATH).replies
    return str(json.loads(reply.body)["cursor"])


def changes_since(door: Door, since: str, subjects: Iterable[str], *fields: str, **signing: Any) -> Letterbox:
    return door.batch(asking(*fields, since=since, subjects=subjects), path=SUBSCRIBE_PATH, **signing)


def lines_of(letterbox: Letterbox) -> list[dict[str, Any]]:
    """Return what is told of persons, in order."""
    if not letterbox.ended:
        raise ValueError(f"the reply has no end: {letterbox.replies}")
    parts = [[json.loads(line) for line in part.splitlines()] for part in letterbox.parts]
    return [line for part in parts for line in part[1:-1] if "n" in line]


def next_cursor(letterbox: Letterbox) -> str:
    lines = [json.loads(line) for line in letterbox.parts[-1].splitlines()]
    return str(lines[-2]["cursor"])
