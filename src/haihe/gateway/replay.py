"""Which requests were already seen: a request is known by its client, its nonce and the minute it was signed in.

Nonces must be remembered as long as the clock window lasts, some millions of them at full load. A Python set would
take about 85 bytes each and stop the loop for tens of milliseconds whenever it grows; these flat tables take about
20 and never move what they hold.
"""

from array import array
from hashlib import blake2b

CLOCK_WINDOW_S = 300
FINGERPRINT_BYTES = 8
_SMALLEST_TABLE = 1 << 16
_FULL = 0.6


def fingerprint(client_id: str, nonce: str) -> bytes:
    # The space can't occur in either, so no two pairs run together.
    return blake2b(f"{client_id} {nonce}".encode(), digest_size=FINGERPRINT_BYTES).digest()


class ReplayWindow:
    """What was seen in each minute of the clock window. Not shared between threads."""

    def __init__(self) -> None:
        self._minutes: dict[int, _Fingerprints] = {}

    def first_sight(self, minute: int, print_: bytes) -> bool:
        """Remember the fingerprint; False if it was there already."""
        seen = self._minutes.get(minute)
        if seen is None:
            seen = self._minutes[minute] = _Fingerprints()
        return seen.add(int.from_bytes(print_, "little"))

    def forget_before(self, minute: int) -> None:
        for old in [m for m in self._minutes if m < minute]:
            del self._minutes[old]

    def __len__(self) -> int:
        return sum(seen.count for seen in self._minutes.values())


def oldest_minute(now: float) -> int:
    """Return the oldest minute a request may still be signed in at `now`."""
    return int(now - CLOCK_WINDOW_S) // 60


class _Fingerprints:
    """A set of 64-bit numbers in open-addressed tables, each twice the size of the one before."""

    __slots__ = ("_room", "_tables", "count")

    def __init__(self) -> None:
        self._tables: list[tuple[array[int], int]] = []
        self._room = 0
        self.count = 0

    def add(self, number: int) -> bool:
        number = number or 1  # zero marks an empty place
        place = 0
        for table, mask in self._tables:
            place = number & mask
            while found := table[place]:
                if found == number:
                    return False
                place = (place + 1) & mask
        if self._room == 0:
            place = self._grow(number)
        self._tables[-1][0][place] = number
        self._room -= 1
        self.count += 1
        return True

    def _grow(self, number: int) -> int:
        size = _SMALLEST_TABLE << len(self._tables)
        self._tables.append((array("Q", [0]) * size, size - 1))
        self._room = int(size * _FULL)
        return number & (size - 1)
