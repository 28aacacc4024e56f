"""When each person's entry in a subject index last changed, as bytes; the exchange writes it, the gateway reads it.

Beside an index lies `FILE`, another LMDB: from the subject key to the sequence numbers at which being on the register
(or in doubt) and each field last changed. Who isn't in it didn't change as far back as it goes; who left the register
is in it without being in the index. `META_KEY` holds the description of the whole.
"""

import msgspec

FILE = "changes.mdb"
MOST_KEPT = 400
"""Snapshots that a cursor may be old: more than a year of daily feeds."""


class Changed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Sequence numbers, 0 for before all that is kept. `fields` stand in the order of the description's."""

    state: int
    fields: tuple[int, ...]


class ChangesMeta(msgspec.Struct, frozen=True, kw_only=True):
    """`lineage` names the snapshots that this one follows, itself last, each with its sequence number.

    A sequence number says something only together with its snapshot: two indexes built on the same one share a number.
    """

    resource: str
    fields: tuple[str, ...]
    lineage: tuple[tuple[int, str], ...]

    @property
    def sequence(self) -> int:
        return self.lineage[-1][0]

    @property
    def snapshot(self) -> str:
        return self.lineage[-1][1]


_encoder = msgspec.msgpack.Encoder()
encode_changed = _encoder.encode
decode_changed = msgspec.msgpack.Decoder(Changed).decode
"""Raises: msgspec.DecodeError."""
encode_changes_meta = _encoder.encode
decode_changes_meta = msgspec.msgpack.Decoder(ChangesMeta).decode
"""Raises: msgspec.DecodeError."""


def following(before: ChangesMeta | None, *, resource: str, snapshot: str, fields: tuple[str, ...]) -> ChangesMeta:
    """Return the description of the snapshot that follows; the oldest of the line are forgotten."""
    line = before.lineage if before is not None and before.resource == resource else ()
    number = line[-1][0] + 1 if line else 1
    return ChangesMeta(resource=resource, fields=fields, lineage=(*line[1 - MOST_KEPT :], (number, snapshot)))
