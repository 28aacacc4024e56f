"""How the next file of a source begins, as the first rows that a test of it shows."""

import io
from collections.abc import Iterator
from typing import IO

from haihe.data.exchange.connectors.ports import Beginning, Preview
from haihe.data.exchange.connectors.rows import preview_of
from haihe.data.exchange.formats import detect
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.looking import look_at
from haihe.data.exchange.quality.preparing import known_titles


def first_rows(resource: str, beginning: Beginning) -> Preview:
    """Read the first rows as a fetch will. Raises: FileRefused, also where a format needs the end that isn't there."""
    titles = known_titles(resource, rulebook.rules_of(resource))
    look = look_at(_Source(beginning.content), detect(beginning.name, beginning.content), titles)
    return preview_of(look.titles, zip(*look.cells, strict=True))


class _Source:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __call__(self) -> Iterator[bytes]:
        yield self._content

    def file(self) -> IO[bytes]:
        return io.BytesIO(self._content)
