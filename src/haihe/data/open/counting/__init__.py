"""How much each may ask of open data, counted by all processes of a machine together: no Django.

Words: 限额 allowance (so many questions a day and a second), 计数文件 count file (sums that outlive their process).
"""

from haihe.data.open.counting.allowance import ANONYMOUS_PER_DAY, PER_SECOND, Allowance, Asker, Taken
from haihe.data.open.counting.count_file import Beside, CountFile, hold, rewrite, take_place
from haihe.data.open.counting.day_counts import FOLDER, DayCounts, InFiles, InMemory, place_of

__all__ = [
    "ANONYMOUS_PER_DAY",
    "FOLDER",
    "PER_SECOND",
    "Allowance",
    "Asker",
    "Beside",
    "CountFile",
    "DayCounts",
    "InFiles",
    "InMemory",
    "Taken",
    "hold",
    "place_of",
    "rewrite",
    "take_place",
]
