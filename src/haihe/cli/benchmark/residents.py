"""Synthetic residents by number, so that 15.6 million of them need no memory and any of them can be asked about."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from haihe.gateway.testing import write_index
from haihe.kernel.identifiers import id_number_check_character
from haihe.kernel.keyring import Keyring
from haihe.kernel.subject_index import FieldValue, encode_entry

_DISTRICTS = [f"1201{district:02}" for district in (*range(1, 7), *range(10, 20))]
_FIRST_BIRTHDAY = date(1936, 1, 1)
_BIRTHDAYS = [f"{_FIRST_BIRTHDAY + timedelta(days=day):%Y%m%d}" for day in range(90 * 365)]
_SEED = 20261123


@dataclass(frozen=True, slots=True)
class Residents:
    """`population` people, of whom `registered` are on relief. The same sizes give the same people."""

    population: int = 15_600_000
    registered: int = 500_000

    def id_number(self, number: int) -> str:
        """Return the identity number of one resident; different numbers give different ones."""
        number, district = divmod(number, len(_DISTRICTS))
        sequence, birthday = divmod(number, len(_BIRTHDAYS))
        first17 = f"{_DISTRICTS[district]}{_BIRTHDAYS[birthday]}{sequence:03}"
        return first17 + id_number_check_character(first17)

    def on_relief(self) -> list[int]:
        return random.Random(_SEED).sample(range(self.population), self.registered)  # noqa: S311 - repeatable, no secret

    def drawn(self, how_many: int) -> Iterator[str]:
        """Yield identity numbers drawn from all residents alike."""
        source = random.Random()  # noqa: S311 - a draw for a load test, no secret
        for _ in range(how_many):
            yield self.id_number(source.randrange(self.population))

    def write_index(self, folder: Path, *, keyring: Keyring, snapshot: str) -> str:
        """Write the relief register's index and return its path relative to `folder`."""
        name_key = keyring.name_key("合成人")
        fields: dict[str, FieldValue] = {
            "relief_type": "最低生活保障", "status": "在保", "division": "120103001004", "monthly_amount_yuan": 1010,
            "valid_from": "2026-01-01", "valid_until": "2999-12-31",
        }  # fmt: skip
        entry = encode_entry(False, name_key, fields)
        entries = {keyring.subject_key(self.id_number(number)): entry for number in self.on_relief()}
        return write_index(folder, entries, snapshot=snapshot, as_of=datetime.now(UTC))
