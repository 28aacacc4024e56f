"""A question that travels to the owner's node, and its answer: what gateway and node say to each other.

A source whose host ends in `.node` is a node's: `https://mzj-1.node/relief` asks for `relief` at the node `mzj-1`.
"""

import re

import msgspec

SUFFIX = ".node"
SUBJECT = "id_number"
"""The member of the question's body that says whom it is about."""
_TABLE = re.compile(r"/([a-z][a-z0-9_]{0,62})")


class Ask(msgspec.Struct, frozen=True):
    """`body` is the JSON of the question; `within_ms` is how long somebody waits for the answer."""

    body: bytes
    evidence: str
    within_ms: int


class Told(msgspec.Struct, frozen=True):
    """`status` as HTTP has it: 200 with the values in JSON, 404 for nobody such, from 500 on for no answer."""

    status: int
    body: bytes = b""


def table_of(path: str) -> str | None:
    """Return the table that a source's path names, None where it names none."""
    found = _TABLE.fullmatch(path)
    return found[1] if found else None
