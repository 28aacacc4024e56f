"""The people of the gateway's tests, and a door to send questions to. All of them are synthetic."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from haihe.gateway.testing import Door, Person, relief_fields
from haihe.kernel.identifiers import id_number_check_character
from haihe.kernel.keyring import Keyring


def _numbered(first17: str) -> str:
    return first17 + id_number_check_character(first17)


LIU = Person("120103197905121012", "刘志远", relief_fields())
WANG = Person("120104196803042075", "王建军", {}, in_doubt=True)
ENDED = Person(_numbered("12010119900101123"), "赵终", relief_fields(status="停保"))
OPEN_END = Person(_numbered("12010119900101201"), "钱未", relief_fields(valid_until=None))
ZHANG = "120106198509233067"
"""Not on the register."""


@pytest.fixture
def door(tmp_path: Path, keyring: Keyring) -> Iterator[Door]:
    door = Door(tmp_path, keyring=keyring, people=[LIU, WANG, ENDED, OPEN_END])
    yield door
    door.close()
