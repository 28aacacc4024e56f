"""How much each asker used today, in all processes of this machine and over their starts.

Each process writes a file of its own and reads those beside it as they are written: nobody waits for a lock, and what
all let through beyond a quota is at most one question for each other process. Askers stand there as keyed hashes; files
of days that are over are removed.
"""

import hashlib
import ipaddress
import time
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

from haihe.data.open.counting.count_file import Beside, CountFile
from haihe.kernel.city_day import date_of

FOLDER: Final = "open-usage"
"""Where all processes count, below the data directory."""
MOST_REMEMBERED: Final = 200_000
_ENDING: Final = ".asked"
_LOOK_S: Final = 1.0
_EVERYBODY_ELSE: Final = "everybody else"


class DayCounts(Protocol):
    """What an allowance rests on."""

    def used(self, asker: str, day: int) -> int:
        """Return the day's questions of this asker."""
        ...

    def add(self, asker: str, day: int) -> None: ...


class InMemory:
    """Counts of one process that are gone with it; for tests and for who needs no more."""

    def __init__(self) -> None:
        self._day, self._used = 0, dict[str, int]()

    def used(self, asker: str, day: int) -> int:
        self._turn(day)
        return self._used.get(asker, 0)

    def add(self, asker: str, day: int) -> None:
        self._turn(day)
        self._used[asker] = self._used.get(asker, 0) + 1

    def _turn(self, day: int) -> None:
        if day != self._day:
            self._day, self._used = day, {}


class InFiles:
    """Counts of one process, and of those beside it. `process` is its name among them; lives in one thread.

    Beyond so many askers a day the rest are counted as one: forgetting those known would let each begin anew.
    """

    def __init__(self, folder: Path, process: str, secret: str, *, most: int = MOST_REMEMBERED) -> None:
        self._folder, self._process, self._most = folder, process, most
        self._secret = hashlib.sha256(f"open data askers {secret}".encode()).digest()
        self._day, self._look_at = -1, 0.0
        self._own = CountFile()
        self._others: dict[Path, Beside] = {}
        self._name = lru_cache(maxsize=most)(self._hashed)

    def used(self, asker: str, day: int) -> int:
        """Raises: OSError, where the day's file can't be made."""
        if day != self._day:
            self._turn(day)
        if time.monotonic() >= self._look_at:
            self._look()
        name = self._line(asker)
        return self._own.get(name) + sum(other.get(name) for other in self._others.values())

    def add(self, asker: str, day: int) -> None:
        """Raises: OSError, where the day's file can't be made."""
        if day != self._day:
            self._turn(day)
        self._own.add(self._line(asker))

    def close(self) -> None:
        self._own.close()
        for other in self._others.values():
            other.close()

    def _line(self, asker: str) -> str:
        name = self._name(asker)
        return name if len(self._own) < self._most or self._own.get(name) else _EVERYBODY_ELSE

    def _hashed(self, asker: str) -> str:
        return hashlib.blake2b(asker.encode(), key=self._secret, digest_size=16).hexdigest()

    def _turn(self, day: int) -> None:
        self.close()
        self._day, self._others, self._look_at = day, {}, 0.0
        self._own = CountFile(self._folder / f"{self._process}.{date_of(day)}{_ENDING}")
        fresh = {date_of(day), date_of(day + 1)}
        for file in self._folder.glob(f"*{_ENDING}"):
            if file.name.split(".")[1] not in fresh:
                file.unlink(missing_ok=True)
        self._name.cache_clear()

    def _look(self) -> None:
        """See which processes count beside this one today."""
        self._look_at = time.monotonic() + _LOOK_S
        for file in self._folder.glob(f"*.{date_of(self._day)}{_ENDING}"):
            if file not in self._others and not file.name.startswith(f"{self._process}."):
                self._others[file] = Beside(file)


@lru_cache(maxsize=65_536)
def place_of(peer: str) -> str:
    """Return what counts as one address: of IPv6 the network of a household, which has 2⁶⁴ of them."""
    if ":" not in peer:
        return peer
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv6Address) and (plain := address.ipv4_mapped) is not None:
        return str(plain)
    return str(ipaddress.IPv6Network((int(address), 64), strict=False).network_address)
