"""Zip archives from strangers: members are counted and unpacked within bounds, whatever they claim about themselves.

Nothing is ever unpacked to disk, so a member's name can't lead anywhere; a strange one still shows that somebody tried.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import IO

from haihe.data.exchange.formats.damage import damaged, refusing_damage
from haihe.data.exchange.reasons import FileRefused, Refusal

MOST_MEMBERS = 4096
MOST_UNPACKED_BYTES = 8 * 1024**3
_MOST_RATIO = 250
_RATIO_COUNTS_FROM = 32 * 1024**2
_ENCRYPTED = 0x1
_PIECE_BYTES = 256 * 1024


def opened(file: IO[bytes]) -> zipfile.ZipFile:
    """Open an archive and look at its directory. Raises: FileRefused."""
    with refusing_damage():
        archive = zipfile.ZipFile(file)
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise FileRefused(Refusal.UNPACKS_TOO_LARGE, f"压缩包里的文件超过 {MOST_MEMBERS} 个；请分开打包后再上传。")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise FileRefused(Refusal.ENCRYPTED, "压缩包加了密码，无法读取；请去掉密码后再上传。")
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise damaged("压缩包里有同名的文件")
    return archive


class Member(io.RawIOBase):
    """One member to read, and to seek in, that counts what really comes out of it. Raises: FileRefused."""

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        self._content: IO[bytes] = io.BytesIO()
        with refusing_damage():
            self._content = archive.open(member)
        self._most = most_unpacked_bytes(member.compress_size)
        self._size = member.file_size
        self.bytes_read = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._content.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with refusing_damage():
            return self._content.seek(offset, whence)

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # only what BufferedReader passes
        with refusing_damage():
            piece = self._content.read(len(buffer))
        self.bytes_read = max(self.bytes_read, self._content.tell())
        if self.bytes_read > self._most:
            raise unpacks_too_large()
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._content.close()
        super().close()


def most_unpacked_bytes(packed_bytes: int) -> int:
    """Return how much may come out of so many packed bytes."""
    return min(max(_RATIO_COUNTS_FROM, _MOST_RATIO * packed_bytes), MOST_UNPACKED_BYTES)


def unpacks_too_large() -> FileRefused:
    return FileRefused(
        Refusal.UNPACKS_TOO_LARGE, "文件展开后过大，与压缩后的大小不成比例；请重新导出，或分成几个文件上传。"
    )


def pieces_of(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a member's bytes in pieces. Raises: FileRefused."""
    with Member(archive, member) as content:
        while piece := content.read(_PIECE_BYTES):
            yield piece
