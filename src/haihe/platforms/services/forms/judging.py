"""What a file is, by what is in it; and whether it is one that would burst whoever opens it.

A short table of first bytes, a look at sizes that the file itself states, and at what it would unpack to (`bursting`).
"""

import struct
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _

from haihe.platforms.services.forms.bursting import (
    has_swollen_chunk,
    inflates_too_far,
    is_also_another,
    tells_another_size,
)
from haihe.platforms.services.forms.errors import UploadRefused
from haihe.platforms.services.forms.fields import FileKind

MOST_PIXELS: Final = 80_000_000
MOST_SIDE: Final = 20_000
MOST_UNPACKED_BYTES: Final = 200_000_000
MOST_RATIO: Final = 200
MOST_ENTRIES: Final = 5_000
_PDF, _JPEG, _PNG, _ZIP = b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"
_PDF_WITHIN: Final = 1024
_NO_SIZE: Final = frozenset({0xC4, 0xC8, 0xCC})
"""Markers among the frame headers of a JPEG that are none."""
_PACKED: Final = (".zip", ".rar", ".7z", ".gz", ".xz", ".bz2", ".jar")


def judge(data: bytes) -> FileKind:
    """Return what the file is. Raises: UploadRefused for what we don't take, or what isn't sound."""
    if not data.startswith(_ZIP) and is_also_another(data):
        raise UploadRefused(_("这个文件同时是另一种文件，不能接收。请重新拍照，或另存为 PDF 后再上传。"))
    if data.startswith(_JPEG):
        _check_picture(_jpeg_size(data))
        return FileKind.JPEG
    if data.startswith(_PNG):
        _check_picture(_png_size(data))
        if has_swollen_chunk(data):
            raise UploadRefused(_("这张图片里带有过大的附加内容，不能接收，请重新拍摄或截图后再上传。"))
        return FileKind.PNG
    if data.startswith(_ZIP):
        _check_package(data)
        return FileKind.OFD
    if _PDF in data[:_PDF_WITHIN]:
        if inflates_too_far(data):
            raise UploadRefused(_("这个 PDF 展开后太大，不能接收。请用“打印成 PDF”另存后再上传。"))
        return FileKind.PDF
    raise UploadRefused(_("只能上传 PDF、JPEG、PNG 或 OFD 文件。手机拍的照片可以直接上传；其他文件请另存为 PDF。"))


def _check_picture(size: tuple[int, int]) -> None:
    width, height = size
    if not width or not height:
        raise UploadRefused(_("这张图片打不开，可能没有传完整，请重新拍摄或另存后再上传。"))
    if width * height > MOST_PIXELS or max(size) > MOST_SIDE:
        raise UploadRefused(_("这张图片的尺寸太大，请缩小到 8000 万像素以内再上传。"))


def _png_size(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return 0, 0
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Return the largest size that any frame states: thumbnails lie in segments of their own and are skipped."""
    width, height = 0, 0
    for marker, start in _segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in _NO_SIZE and start + 7 <= len(data):
            tall, wide = struct.unpack(">HH", data[start + 3 : start + 7])
            width, height = max(width, wide), max(height, tall)
    return width, height


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker in (0xD9, 0xDA):
            return
        yield marker, place + 4
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")


def _check_package(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as wrong:
        raise UploadRefused(_("这个文件打不开，可能没有传完整，请重新保存后再上传。")) from wrong
    if not any(entry.filename == "OFD.xml" for entry in entries):
        raise UploadRefused(_("不收压缩包。请把里面的文件逐个上传，或合并成一个 PDF。"))
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * max(1, len(data)) or len(entries) > MOST_ENTRIES
    is_nested = any(entry.filename.lower().endswith(_PACKED) for entry in entries)
    is_bomb = is_bomb or tells_another_size(data, entries)
    if is_bomb or is_nested or any(entry.flag_bits & 1 for entry in entries):
        raise UploadRefused(_("这个 OFD 文件里的内容不正常，不能接收，请向出具单位重新索取，或改传 PDF。"))
