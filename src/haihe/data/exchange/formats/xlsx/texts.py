"""The shared texts of a workbook: as bytes one after the other, so that millions fit in bounded memory."""

from array import array
from collections.abc import Iterator

from haihe.data.exchange.formats.archives import unpacks_too_large
from haihe.data.exchange.formats.xlsx.elements import Attributes, parse

MOST_TEXT_BYTES = 512 * 1024**2


class Texts:
    """Texts by number."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def append(self, text: str) -> None:
        self._bytes += text.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._bytes))
        if len(self._bytes) + 8 * len(self._ends) > MOST_TEXT_BYTES:
            raise unpacks_too_large()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        """Raises: IndexError."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode("utf-8", "surrogatepass")


class TextCollector:
    """Puts a text together from its runs; how it is to be pronounced (`rPh`) is no part of it."""

    def __init__(self) -> None:
        self.text = ""
        self._in_run = False
        self._in_phonetic = False

    def start(self, element: str) -> None:
        if element == "t":
            self._in_run = not self._in_phonetic
        elif element == "rPh":
            self._in_phonetic = True

    def end(self, element: str) -> None:
        if element == "t":
            self._in_run = False
        elif element == "rPh":
            self._in_phonetic = False

    def add(self, text: str) -> None:
        if self._in_run:
            self.text += text

    def take(self) -> str:
        taken, self.text = self.text, ""
        return taken


def read_texts(pieces: Iterator[bytes]) -> Texts:
    """Raises: FileRefused."""
    texts, collector = Texts(), TextCollector()

    def start(element: str, _: Attributes) -> None:
        collector.start(element)

    def end(element: str) -> None:
        collector.end(element)
        if element == "si":
            texts.append(collector.take())

    parse(pieces, start, end, collector.add)
    return texts
