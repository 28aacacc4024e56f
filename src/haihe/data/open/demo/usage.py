"""The one dataset of the demo whose rows nobody makes up: how open data are used, from the first sealed day."""

from typing import Final

from haihe.city import cast
from haihe.data.open.demo.registry import Column, Planned, Shape
from haihe.data.open.statistics.dataset import KEY, SLUG

_MADE_BY_NOBODY: Final = ("", None)
_COLUMNS: Final = (
    Column("day", "日期", "Day", "D", _MADE_BY_NOBODY),
    Column("dataset", "数据集标识", "Dataset", "C", _MADE_BY_NOBODY),
    Column("kind", "使用方式", "Kind of use", "C", _MADE_BY_NOBODY),
    Column("count", "次数", "Times", "I", _MADE_BY_NOBODY, unit="次"),
)
USAGE: Final = Planned(
    owner=cast.DATA_CENTRE,
    topic="government",
    shape=Shape(
        name="usage",
        zh="每个数据集每天被访问（VIEW）、调用（CALL）、下载（DOWNLOAD）的次数，前一天封存之后更新，与签名公布的每日文件一致。",
        en="How often each dataset was visited (VIEW), called (CALL) and downloaded (DOWNLOAD) on each day;"
        " renewed when a day is sealed, the same as the signed daily files.",
        key=KEY,
        columns=_COLUMNS,
        is_made_up=False,
    ),
    rows_at_1=0,
    cycle="DAILY",
    has_api=True,
    slug=SLUG,
    title="开放数据使用统计",
    title_en="Use of open data",
    nouns=("使用统计",),
)
