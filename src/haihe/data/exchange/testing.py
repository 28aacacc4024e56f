"""What other rooms' tests and our own use: a register file like those departments hand over, and its people."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from haihe.city.cast import LIU, WANG
from haihe.data.exchange.ports import OpenSource
from haihe.kernel.identifiers import id_number_check_character

RELIEF = "120012/000001"
TITLES = (
    "姓名",
    "证件号码",
    "救助类型",
    "救助证号",
    "户主证件号码",
    "区划代码",
    "家庭人口",
    "月保障金额",
    "开始日期",
    "截止日期",
    "状态",
)
HEADER = ",".join(TITLES)


def id_number(serial: int) -> str:
    """Return a valid, synthetic identity number, a different one for each serial below 10 million."""
    day, order = divmod(serial, 1000)
    year, rest = divmod(day, 336)
    month, dom = divmod(rest, 28)
    first17 = f"120103{1940 + year}{month + 1:02}{dom + 1:02}{order:03}"
    return first17 + id_number_check_character(first17)


def row(
    number: str,
    *,
    name: str = "陈静怡",
    relief_type: str = "最低生活保障",
    certificate_no: str = "津低保0001",
    householder: str | None = None,
    division: str = "120103001004",
    size: str = "3",
    amount: str = "1010.00",
    valid_from: str = "2026-03-01",
    valid_until: str = "2027-02-28",
    status: str = "在保",
) -> list[str]:
    """Return the cells of one good row of the relief register, but for what the caller says otherwise."""
    holder = number if householder is None else householder
    return [
        name,
        number,
        relief_type,
        certificate_no,
        holder,
        division,
        size,
        amount,
        valid_from,
        valid_until,
        status,
    ]


def relief_lines(good_rows: int) -> list[str]:
    """Return header and that many good rows, as lines without ends."""
    return [HEADER, *(",".join(row(id_number(serial))) for serial in range(good_rows))]


def small_dirty_file(*, good_rows: int = 120) -> bytes:
    """Return a small relief register in GB18030 with the dirt of real files; Liu in order, Wang with a bad date.

    Beside `good_rows` and Liu: Wang, a wrong check digit, an exact duplicate, a summary row; a blank line on top.
    """
    liu = row(LIU.id_number or "", name="刘志远　", valid_from="2026年3月1日", amount="１，２００．５０")
    wang = row(WANG.id_number or "", name="王建军", valid_until="2027-02-30")
    typo = row(id_number(900_001)[:17] + "?", name="张三")
    lines = relief_lines(good_rows)
    lines[1:1] = ["", ",".join(liu), ",".join(wang), ",".join(typo), lines[1]]
    return "\r\n".join([*lines, f"合计,{good_rows + 4}" + "," * 9, ""]).encode("gb18030")


def source_of(content: bytes, *, piece_bytes: int = 1 << 16) -> OpenSource:
    """Return the content as a source a format can open, in pieces."""
    return _Content(content, piece_bytes)


@dataclass(frozen=True, slots=True)
class _Content:
    content: bytes
    piece_bytes: int

    def __call__(self) -> Iterator[bytes]:
        for start in range(0, len(self.content), self.piece_bytes):
            yield self.content[start : start + self.piece_bytes]

    def file(self) -> IO[bytes]:
        return io.BytesIO(self.content)
