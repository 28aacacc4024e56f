"""Which encoding a file is in, and how sure that is.

Only encodings that Chinese departments' programs write come into question: UTF-8, GB18030 (with it GBK and GB2312) and
UTF-16, the last only with its BOM. A guess outside these (cp1252 fits any bytes at all) would turn every name to
rubbish without an error. What fits none is refused.
"""

import re
from dataclasses import dataclass

from haihe.data.exchange.reasons import FileRefused, Refusal

HEAD_BYTES = 256 * 1024
"""How much of a file's beginning is looked at to find out what it is."""

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\x84\x31\x95\x33", "gb18030"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_OTHERS = (b"%PDF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"SQLite", b"PAR1", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_MOST = 0.99
_NUL_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` is a Python codec without BOM handling; the first `bom_bytes` of the file are no text."""

    name: str
    confidence: float
    bom_bytes: int = 0


def detect(head: bytes, *, complete: bool) -> Encoding:
    """Say what the first bytes of a file are written in. `complete` tells that they are the whole file.

    Confidence is 1 with a BOM. Without, it grows with the evidence: bytes of another encoding are hardly ever valid
    UTF-8 by chance; valid GB18030 is believed as far as its characters are the common ones.
    Raises: FileRefused.
    """
    _refuse_what_is_no_text(head)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name, 1.0, len(mark))
    if head.count(0) > len(head) * _NUL_SHARE:
        raise FileRefused(Refusal.UTF16_WITHOUT_BOM, "文件不是带 BOM 的文本；请另存为“CSV UTF-8”后再上传。")
    return _weigh(_whole_lines(head, complete=complete))


def _refuse_what_is_no_text(head: bytes) -> None:
    if head.startswith(_WORKBOOKS):
        raise FileRefused(Refusal.WORKBOOK, "这是 Excel 工作簿，不是 CSV；请在 Excel 中另存为 CSV 后再上传。")
    if head.startswith(_OTHERS):
        raise FileRefused(Refusal.NOT_TEXT, "这不是文本文件；请导出为 CSV 后再上传。")


def _whole_lines(head: bytes, *, complete: bool) -> list[bytes]:
    lines = head.splitlines()
    if len(lines) < 2:
        # All of a JSON file may be one line. No character of either encoding has these bytes inside it.
        lines = re.split(rb'[",]', head)
    return lines if complete or len(lines) < 2 else lines[:-1]


def _weigh(lines: list[bytes]) -> Encoding:
    """Choose between UTF-8 and GB18030 by the lines that can't be read; a few broken lines don't change a file."""
    foreign = [line for line in lines if not line.isascii()]
    if not foreign:
        return Encoding("utf-8", _MOST)
    utf8_bad = _unreadable(foreign, "utf-8")
    if not utf8_bad:
        characters = sum(len(line.decode()) - sum(byte < 0x80 for byte in line) for line in foreign)
        return Encoding("utf-8", min(_MOST, 1 - 0.5 ** max(characters, 1)))
    gb18030_bad = _unreadable(foreign, "gb18030")
    name, bad = ("utf-8", utf8_bad) if utf8_bad < gb18030_bad else ("gb18030", gb18030_bad)
    if 2 * bad >= len(foreign):
        raise FileRefused(Refusal.UNKNOWN_ENCODING, "无法识别文件的编码；请另存为 UTF-8 或 GB18030 编码的 CSV。")
    readable = _commonness(foreign) if name == "gb18030" else 1.0
    return Encoding(name, round(min(_MOST, (0.5 + 0.49 * readable) * (1 - bad / len(foreign))), 2))


def _unreadable(lines: list[bytes], encoding: str) -> int:
    return sum(1 for line in lines if not _can_decode(line, encoding))


def _can_decode(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _commonness(lines: list[bytes]) -> float:
    """Share of the characters beyond ASCII that GB2312 has, which almost all of ordinary Chinese text is."""
    text = b"\n".join(lines).decode("gb18030", "ignore")
    beyond = [character for character in text if not character.isascii()]
    common = "".join(beyond).encode("gb2312", "ignore").decode("gb2312")
    return len(common) / len(beyond) if beyond else 0.0
