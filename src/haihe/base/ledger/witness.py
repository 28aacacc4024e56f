"""The newest seal, kept beside the database: whoever cuts whole batches off the ledger's end must change it too.

It is one line in `<data_dir>/ledger-head.json`. An operator who copies it elsewhere each day has a witness that
nobody with access to this machine can alter.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

FILE_NAME = "ledger-head.json"


@dataclass(frozen=True, slots=True)
class Head:
    """The last sealed header and its signature, as written when it was sealed."""

    header: str
    signature: str


def write(folder: Path, *, header: str, signature: str) -> None:
    """Replace the file in one step. It runs after the commit, so it may lag behind the ledger, never lead it."""
    waiting = folder / f"{FILE_NAME}.{os.getpid()}"
    waiting.write_text(json.dumps({"header": header, "signature": signature}) + "\n")
    waiting.replace(folder / FILE_NAME)


def read(folder: Path) -> Head | None:
    """Return the head, or None where there is none yet. Raises: ValueError if the file is damaged."""
    try:
        told = json.loads((folder / FILE_NAME).read_text())
        return Head(header=str(told["header"]), signature=str(told["signature"]))
    except FileNotFoundError:
        return None
    except (KeyError, TypeError) as damage:
        raise ValueError(f"{FILE_NAME} is damaged") from damage
