"""The public holidays and the working weekends (调休) that the State Council has announced, notice by notice.

`ENDS_ON` is the last day the notices cover. The notice for a year comes out in the November before it; adding it is
one block of rows here and a later `ENDS_ON`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

BEGINS_ON: Final = date(2019, 1, 1)
ENDS_ON: Final = date(2026, 12, 31)


@dataclass(frozen=True, slots=True)
class Rest:
    """One holiday: its days off, first and last, and the weekend days that are worked for it."""

    name: str
    first: date
    last: date
    worked: tuple[date, ...]

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


def _rest(name: str, span: str, *worked: str) -> Rest:
    first, _, last = span.partition("/")
    days = (date.fromisoformat(text) for text in worked)
    return Rest(name, date.fromisoformat(first), date.fromisoformat(last or first), tuple(days))


RESTS: Final[tuple[Rest, ...]] = (
    # 国办发明电〔2018〕15号; the Labour Day of 2019 by 国办发明电〔2019〕3号
    _rest("元旦", "2019-01-01"),
    _rest("春节", "2019-02-04/2019-02-10", "2019-02-02", "2019-02-03"),
    _rest("清明节", "2019-04-05/2019-04-07"),
    _rest("劳动节", "2019-05-01/2019-05-04", "2019-04-28", "2019-05-05"),
    _rest("端午节", "2019-06-07/2019-06-09"),
    _rest("中秋节", "2019-09-13/2019-09-15"),
    _rest("国庆节", "2019-10-01/2019-10-07", "2019-09-29", "2019-10-12"),
    # 国办发明电〔2019〕16号; the Spring Festival of 2020 was lengthened to 2 February by 国办发明电〔2020〕1号
    _rest("元旦", "2020-01-01"),
    _rest("春节", "2020-01-24/2020-02-02", "2020-01-19"),
    _rest("清明节", "2020-04-04/2020-04-06"),
    _rest("劳动节", "2020-05-01/2020-05-05", "2020-04-26", "2020-05-09"),
    _rest("端午节", "2020-06-25/2020-06-27", "2020-06-28"),
    _rest("国庆节、中秋节", "2020-10-01/2020-10-08", "2020-09-27", "2020-10-10"),
    # 国办发明电〔2020〕27号
    _rest("元旦", "2021-01-01/2021-01-03"),
    _rest("春节", "2021-02-11/2021-02-17", "2021-02-07", "2021-02-20"),
    _rest("清明节", "2021-04-03/2021-04-05"),
    _rest("劳动节", "2021-05-01/2021-05-05", "2021-04-25", "2021-05-08"),
    _rest("端午节", "2021-06-12/2021-06-14"),
    _rest("中秋节", "2021-09-19/2021-09-21", "2021-09-18"),
    _rest("国庆节", "2021-10-01/2021-10-07", "2021-09-26", "2021-10-09"),
    # 国办发明电〔2021〕11号
    _rest("元旦", "2022-01-01/2022-01-03"),
    _rest("春节", "2022-01-31/2022-02-06", "2022-01-29", "2022-01-30"),
    _rest("清明节", "2022-04-03/2022-04-05", "2022-04-02"),
    _rest("劳动节", "2022-04-30/2022-05-04", "2022-04-24", "2022-05-07"),
    _rest("端午节", "2022-06-03/2022-06-05"),
    _rest("中秋节", "2022-09-10/2022-09-12"),
    _rest("国庆节", "2022-10-01/2022-10-07", "2022-10-08", "2022-10-09"),
    # 国办发明电〔2022〕16号
    _rest("元旦", "2022-12-31/2023-01-02"),
    _rest("春节", "2023-01-21/2023-01-27", "2023-01-28", "2023-01-29"),
    _rest("清明节", "2023-04-05"),
    _rest("劳动节", "2023-04-29/2023-05-03", "2023-04-23", "2023-05-06"),
    _rest("端午节", "2023-06-22/2023-06-24", "2023-06-25"),
    _rest("中秋节、国庆节", "2023-09-29/2023-10-06", "2023-10-07", "2023-10-08"),
    # 国办发明电〔2023〕7号
    _rest("元旦", "2023-12-30/2024-01-01"),
    _rest("春节", "2024-02-10/2024-02-17", "2024-02-04", "2024-02-18"),
    _rest("清明节", "2024-04-04/2024-04-06", "2024-04-07"),
    _rest("劳动节", "2024-05-01/2024-05-05", "2024-04-28", "2024-05-11"),
    _rest("端午节", "2024-06-10"),
    _rest("中秋节", "2024-09-15/2024-09-17", "2024-09-14"),
    _rest("国庆节", "2024-10-01/2024-10-07", "2024-09-29", "2024-10-12"),
    # 国办发明电〔2024〕12号
    _rest("元旦", "2025-01-01"),
    _rest("春节", "2025-01-28/2025-02-04", "2025-01-26", "2025-02-08"),
    _rest("清明节", "2025-04-04/2025-04-06"),
    _rest("劳动节", "2025-05-01/2025-05-05", "2025-04-27"),
    _rest("端午节", "2025-05-31/2025-06-02"),
    _rest("国庆节、中秋节", "2025-10-01/2025-10-08", "2025-09-28", "2025-10-11"),
    # 国办发明电〔2025〕7号
    _rest("元旦", "2026-01-01/2026-01-03", "2026-01-04"),
    _rest("春节", "2026-02-15/2026-02-23", "2026-02-14", "2026-02-28"),
    _rest("清明节", "2026-04-04/2026-04-06"),
    _rest("劳动节", "2026-05-01/2026-05-05", "2026-05-09"),
    _rest("端午节", "2026-06-19/2026-06-21"),
    _rest("中秋节", "2026-09-25/2026-09-27"),
    _rest("国庆节", "2026-10-01/2026-10-07", "2026-09-20", "2026-10-10"),
)

HOLIDAYS: Final = frozenset(day for rest in RESTS for day in rest.days)
"""Days off, weekend days inside a holiday included."""
MAKEUP_DAYS: Final = frozenset(day for rest in RESTS for day in rest.worked)
"""Saturdays and Sundays that are worked."""
