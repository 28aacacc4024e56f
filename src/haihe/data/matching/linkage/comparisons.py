"""What is compared of two records, and the steps from alike to different; conditions in SQL over `<column>_l`, `_r`.

The first level that holds is the pair's. Where a side is empty nothing is said, for or against. Each condition is the
same from either side, so that a link doesn't depend on which register comes first.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Level:
    """One step. `m` and `u` are how often it is seen among pairs of one person and of two, before anything is learnt.

    `exact` is the column (or expression) whose equality it is, where that is too rare to be sampled: `u` is counted,
    less that of the exact levels before it. Where `by_frequency`, a rare value counts for more than a common one.
    """

    code: str
    title: str
    sql: str
    m: float
    u: float
    exact: str = ""
    by_frequency: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing compared. `empty` is when nothing can be said of it; the last level holds for all the rest."""

    name: str
    title: str
    empty: str
    levels: tuple[Level, ...]


def _same(column: str) -> str:
    return f"{column}_l = {column}_r"


def _within(column: str, edits: int) -> str:
    return f"damerau_levenshtein({column}_l, {column}_r) <= {edits}"


_GIVEN_IN_COMMON: Final = " OR ".join(
    f"given_{one}_l = given_{other}_r" for one in ("first", "last") for other in ("first", "last")
)
# Edit distances are in bytes, so they are only asked of digits.
NAME: Final = Comparison(
    "name",
    "姓名",
    "name_l IS NULL OR name_r IS NULL",
    (
        Level("SAME", "相同", _same("name"), 0.9, 1e-4, exact="name", by_frequency=True),
        Level("SOUND", "同音", _same("sound"), 0.03, 1e-4, exact="sound"),
        Level(
            "SHAPE",
            "字形相近",
            "length(shape_l) = length(shape_r) AND length(name_l) > 1 AND levenshtein(shape_l, shape_r) <= 2",
            0.015,
            3e-4,
        ),
        Level("MISHEARD", "近音", _same("misheard"), 0.01, 2e-4, exact="misheard"),
        Level(
            "BEFORE_POINT",
            "间隔号前相同",
            "(before_point_l IS NOT NULL OR before_point_r IS NOT NULL)"
            " AND coalesce(before_point_l, name_l) = coalesce(before_point_r, name_r)",
            0.001,
            1e-5,
        ),
        Level("ONE_OFF", "同姓，名有一字同音", f"{_same('surname_sound')} AND ({_GIVEN_IN_COMMON})", 0.01, 3e-3),
        Level(
            "GIVEN",
            "名同音，姓不同",
            "length(sound_l) > 2 AND length(sound_l) = length(sound_r) AND right(sound_l, 2) = right(sound_r, 2)",
            0.002,
            1e-3,
        ),
        Level("OTHER", "不同", "", 0.014, 0.99),
    ),
)
BIRTH: Final = Comparison(
    "birth",
    "出生日期",
    "birth_l IS NULL OR birth_r IS NULL",
    (
        Level("SAME", "相同", _same("birth"), 0.92, 4e-5, exact="birth"),
        Level("ONE_OFF", "错一位或者两位颠倒", _within("birth", 1), 0.04, 1.5e-3),
        Level(
            "SWAPPED",
            "月日颠倒",
            "left(birth_l, 4) = left(birth_r, 4) AND substr(birth_l, 5, 2) = substr(birth_r, 7, 2)"
            " AND substr(birth_l, 7, 2) = substr(birth_r, 5, 2)",
            0.005,
            3e-5,
        ),
        Level("TWO_OFF", "错两处", _within("birth", 2), 0.01, 2e-2),
        Level("OTHER", "不同", "", 0.025, 0.97),
    ),
)
PHONE: Final = Comparison(
    "phone",
    "电话",
    "phone_l IS NULL OR phone_r IS NULL",
    (
        Level("SAME", "相同", _same("phone"), 0.75, 1e-6, exact="phone"),
        Level("ONE_OFF", "错一位或者两位颠倒", _within("phone", 1), 0.05, 1e-6),
        Level("OTHER", "不同", "", 0.2, 0.99),
    ),
)
ADDRESS: Final = Comparison(
    "address",
    "地址",
    "district_l IS NULL OR district_r IS NULL",
    (
        Level(
            "HOME", "街道、门牌相同", f"{_same('street')} AND {_same('door')}", 0.6, 1e-5, exact="street || '/' || door"
        ),
        Level(
            "DOOR",
            "同区，门牌相同",
            f"{_same('district')} AND {_same('door')}",
            0.05,
            1e-4,
            exact="district || '/' || door",
        ),
        Level("COMMUNITY", "社区相同", f"length(division_l) = 12 AND {_same('division')}", 0.05, 5e-4),
        Level("STREET", "街道相同", _same("street"), 0.1, 5e-3),
        Level("DISTRICT", "区相同", _same("district"), 0.1, 0.08),
        Level("OTHER", "不同", "", 0.1, 0.92),
    ),
)
SEX: Final = Comparison(
    "sex",
    "性别",
    "sex_l IS NULL OR sex_r IS NULL",
    (Level("SAME", "相同", _same("sex"), 0.99, 0.5), Level("OTHER", "不同", "", 0.01, 0.5)),
)
COMPARISONS: Final = (NAME, BIRTH, PHONE, ADDRESS, SEX)

BLOCKING: Final[tuple[tuple[str, ...], ...]] = (
    ("sound", "birth"),
    ("phone",),
    ("birth", "street"),
    ("birth", "right(sound, 1)"),
    ("birth", "left(sound, 2)"),
    ("sound", "street"),
    ("misheard", "district", "left(birth, 4)"),
    ("misheard", "right(birth, 4)"),
)
"""Which pairs are looked at: those that agree in all of one line. Each kind of error leaves one line whole."""
TRAINING: Final[tuple[tuple[str, ...], ...]] = (("sound", "birth"), ("birth", "phone"), ("sound", "phone"))
"""Pairs that agree in one line teach how often the rest disagrees in records of one person. The telephone alone, or the
home, would teach how families differ."""
SURE: Final[tuple[tuple[str, ...], ...]] = (("name", "birth", "phone"), ("name", "birth", "street"))
SURE_RECALL: Final = 0.7
"""Pairs alike in one of `SURE` are taken for one person; about that share of all pairs of one person is among them."""
MOST_OF_A_PHONE: Final = 30
"""A number that stands by more records than this is an office's, and says nothing."""
