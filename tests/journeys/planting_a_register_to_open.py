"""A register of 市教委 that may be opened and isn't yet: an entry of the catalogue, fed once, with somebody's identity
number in each row. In a program of its own, in a running city.

Run as `python -m tests.journeys.planting_a_register_to_open`; prints the entry's code.
"""

from datetime import date
from typing import Final

import django

TITLE: Final = "社区学习中心名录"
COLUMNS: Final = (
    ("code", "编号", "C"),
    ("name", "名称", "C"),
    ("district", "所在区", "C"),
    ("keeper_id", "负责人证件号", "C"),
    ("seats", "座位数", "I"),
)
_PLACES: Final = (
    ("X1", "水上公园学习中心", "南开区", "40"),
    ("X2", "北宁公园学习中心", "河北区", "36"),
    ("X3", "人民公园学习中心", "河西区", "52"),
    ("X4", "梅江会展学习中心", "西青区", "28"),
    ("X5", "柳林公园学习中心", "津南区", "61"),
    ("X6", "堆山公园学习中心", "红桥区", "33"),
)


def id_number(serial: int) -> str:
    """Return an identity number of nobody, with the right check character."""
    body = f"120101{1960 + serial}0307{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def rows() -> list[tuple[str, ...]]:
    return [
        (code, name, district, id_number(serial), seats)
        for serial, (code, name, district, seats) in enumerate(_PLACES, start=1)
    ]


def as_file(lines: list[tuple[str, ...]]) -> bytes:
    """Return rows as the department's system writes them."""
    titles = ",".join(title for _name, title, _letter in COLUMNS)
    return "\r\n".join([titles, *(",".join(line) for line in lines), ""]).encode()


def main() -> None:
    from django.utils import timezone

    from haihe.city import cast
    from haihe.data.catalogue.api import NewAssessment, NewItem, NewResource
    from haihe.data.catalogue.demo.bulk import publish_many
    from haihe.data.exchange.demo.bulk import Column, Kind, Personal, RegisterSchema, Small, feed_many

    entry = NewResource(
        title=TITLE,
        abstract="全市社区学习中心的名称、所在区和座位数，供居民就近学习。",
        owner=cast.EDUCATION,
        category="DEPARTMENT",
        subject_area="教育",
        format="DATABASE",
        update_cycle="MONTHLY",
        sharing_type="UNCONDITIONAL",
        sharing_forms=("FILE",),
        opening_type="UNCONDITIONAL",
        keywords=("学习",),
        items=tuple(
            NewItem(name=name, title=title, data_type=letter, sensitivity="PUBLIC") for name, title, letter in COLUMNS
        ),
        assessments=tuple(
            NewAssessment(kind=kind, assessor="演示", assessed_on=date(2025, 9, 15))
            for kind in ("SECRECY", "PERSONAL_INFORMATION")
        ),
    )
    now = timezone.now()
    code = publish_many([entry], now=now)[entry.owner, entry.title]
    columns = tuple(
        Column(field=name, title=title, kind=Kind.ID_NUMBER, personal=Personal.SUBJECT)
        if name == "keeper_id"
        else Column(field=name, title=title, kind=Kind.INTEGER if letter == "I" else Kind.TEXT)
        for name, title, letter in COLUMNS
    )
    feed_many([Small(RegisterSchema(resource=code, title=TITLE, columns=columns), rows())], now=now)
    print(code)


if __name__ == "__main__":
    django.setup()
    main()
