"""A received file lies sealed, and can be read in order or at any place; what was altered or cut off is never read."""

import io
from pathlib import Path

import pytest

from haihe.data.exchange.ports import OpenSource
from haihe.data.exchange.received import PIECE_BYTES, TooLarge, open_sealed, write_sealed
from haihe.kernel.keyring import Keyring, KeyringError

KEYRING = Keyring.generate()
CONTENT = (bytes(range(251)) * (PIECE_BYTES // 100))[: 2 * PIECE_BYTES + 12_345]
MOST = 8 * PIECE_BYTES


def sealed(folder: Path, content: bytes) -> OpenSource:
    file = folder / "received.sealed"
    write_sealed(io.BytesIO(content), file, keyring=KEYRING, context="c", most_bytes=MOST)
    return open_sealed(file, keyring=KEYRING, context="c")


@pytest.mark.parametrize("size", [0, 1, PIECE_BYTES, PIECE_BYTES + 1, len(CONTENT)])
def test_what_was_written_is_read_in_order_and_as_a_file(tmp_path: Path, size: int) -> None:
    source = sealed(tmp_path, CONTENT[:size])
    assert b"".join(source()) == CONTENT[:size]
    with source.file() as file:
        assert file.read() == CONTENT[:size]
        assert file.seek(0, io.SEEK_END) == size


def test_any_place_can_be_read(tmp_path: Path) -> None:
    places = range(0, len(CONTENT), 65_537)
    with sealed(tmp_path, CONTENT).file() as file:
        for start, size in zip(places, reversed(places), strict=True):
            file.seek(start)
            assert file.read(size) == CONTENT[start : start + size]


def test_nothing_plain_lies_on_disk(tmp_path: Path) -> None:
    source = sealed(tmp_path, b"120103197905121012" * 10)
    source.file().read()
    assert not any(b"1201031979" in file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize("cut", [1, 40, PIECE_BYTES // 2, 2 * PIECE_BYTES])
def test_a_file_cut_off_or_altered_is_never_read(tmp_path: Path, cut: int) -> None:
    source = sealed(tmp_path, CONTENT)
    path = tmp_path / "received.sealed"
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    with pytest.raises(KeyringError):
        b"".join(source())
    with pytest.raises(KeyringError):
        source.file()
    path.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    with pytest.raises(KeyringError):
        source.file().read()


def test_too_large_a_file_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        write_sealed(io.BytesIO(CONTENT), tmp_path / "r", keyring=KEYRING, context="c", most_bytes=PIECE_BYTES)
    assert not list(tmp_path.iterdir())
