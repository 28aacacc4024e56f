"""Values made up by rule, whole columns at once; the same each time for the same dataset, scale and day."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from haihe.data.open.demo.registry import Planned

type Texts = Sequence[str]

DISTRICTS: Final = [
    "和平区",
    "河东区",
    "河西区",
    "南开区",
    "河北区",
    "红桥区",
    "东丽区",
    "西青区",
    "津南区",
    "北辰区",
    "武清区",
    "宝坻区",
    "滨海新区",
    "宁河区",
    "静海区",
    "蓟州区",
]
_CENTRES: Final = (
    (117.20, 39.12), (117.25, 39.13), (117.22, 39.11), (117.15, 39.14), (117.20, 39.15), (117.15, 39.17),
    (117.31, 39.09), (117.01, 39.14), (117.36, 38.94), (117.13, 39.22), (117.04, 39.38), (117.31, 39.72),
    (117.70, 39.00), (117.82, 39.33), (116.97, 38.95), (117.41, 40.05),
)  # fmt: skip
_ROADS: Final = [
    "解放南路",
    "卫津路",
    "友谊路",
    "新开路",
    "中山路",
    "大沽南路",
    "复康路",
    "红旗路",
    "津滨大道",
    "长江道",
    "黄河道",
    "海河东路",
    "滨河路",
    "广开街",
    "育梁道",
]
_WORDS: Final = [
    "育才",
    "启明",
    "津华",
    "海河",
    "红旗",
    "新华",
    "滨海",
    "光明",
    "长虹",
    "和美",
    "东风",
    "汇泉",
    "双港",
    "丽景",
    "文昌",
    "安居",
    "晨曦",
    "津湾",
    "北洋",
    "大港",
]
_TRADES: Final = ["商贸", "科技", "建筑工程", "物流", "食品", "实业", "信息技术", "环保科技", "文化传播", "机械制造"]
_FORMS: Final = ("有限公司", "有限公司", "有限责任公司", "股份有限公司")
_ABOUT: Final = ["管理", "备案", "审批", "核准", "监督检查", "资质认定"]
_HOURS_A_DAY: Final = 24


@dataclass(frozen=True, slots=True)
class Making:
    """What every rule needs to know: how many rows, of what, on which day, by which chance."""

    rows: int
    of: Planned
    today: date
    chance: np.random.Generator
    districts: np.ndarray[Any, Any]

    def pick(self, texts: Texts) -> pa.Array:
        """Return so many of the texts, by chance."""
        places = pa.array(self.chance.integers(0, len(texts), self.rows).astype(np.int32))
        return pa.DictionaryArray.from_arrays(places, pa.array(list(texts), pa.string())).dictionary_decode()

    def whole(self, low: int, high: int) -> pa.Array:
        return pa.array(self.chance.integers(low, high + 1, self.rows))


def table(one: Planned, *, rows: int, today: date) -> pa.Table:
    """Make a dataset's rows, as of a day."""
    seed = int.from_bytes(hashlib.sha256(one.slug.encode()).digest()[:8])
    chance = np.random.Generator(np.random.PCG64(seed))
    making = Making(rows, one, today, chance, chance.integers(0, len(DISTRICTS), rows))
    columns = [_MAKERS[column.rule[0]](making, column.rule[1]) for column in one.shape.columns]
    return pa.table(columns, names=[column.name for column in one.shape.columns])


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


def _text(values: pa.Array) -> pa.Array:
    return values.cast(pa.string())


def _serial(making: Making, prefix: str) -> pa.Array:
    running = pc.utf8_lpad(_text(pa.array(range(1, making.rows + 1))), width=7, padding="0")
    return _joined(prefix, running)


def _paper(making: Making, sign: str) -> pa.Array:
    year = _text(making.whole(making.today.year - 3, making.today.year))
    running = pc.utf8_lpad(_text(pa.array(range(1, making.rows + 1))), width=6, padding="0")
    return _joined(f"津{sign}〔", year, "〕", running, "号")


def _district(making: Making, _made_of: Any) -> pa.Array:
    places = pa.array(making.districts.astype(np.int32))
    return pa.DictionaryArray.from_arrays(places, pa.array(DISTRICTS)).dictionary_decode()


def _named(making: Making, _made_of: Any) -> pa.Array:
    numbers = _joined("第", _text(making.whole(1, 99)))
    return _joined("天津市", _district(making, None), making.pick(_WORDS), numbers, making.pick(making.of.nouns))


def _address(making: Making, _made_of: Any) -> pa.Array:
    return _joined(_district(making, None), making.pick(_ROADS), _text(making.whole(1, 380)), "号")


def _place(which: int) -> Callable[[Making, Any], pa.Array]:
    def make(making: Making, _made_of: Any) -> pa.Array:
        centres = np.array([centre[which] for centre in _CENTRES])[making.districts]
        return pa.array(np.round(centres + making.chance.normal(0, 0.035, making.rows), 6))

    return make


def _number(making: Making, made_of: Sequence[float]) -> pa.Array:
    low, high, places = made_of
    return pa.array(np.round(making.chance.uniform(low, high, making.rows), int(places)))


def _day(making: Making, made_of: Sequence[int]) -> pa.Array:
    days = (making.today - date(1970, 1, 1)).days + making.chance.integers(made_of[0], made_of[1] + 1, making.rows)
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def _month(making: Making, made_of: int) -> pa.Array:
    back = making.chance.integers(0, made_of, making.rows)
    months = making.today.year * 12 + making.today.month - 1 - back
    firsts = (months // 12 - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (months % 12)
    return pa.array(firsts.astype("datetime64[D]"))


def _hour(making: Making, sites: int) -> pa.Array:
    """One row for each site and hour, back from the hour before today."""
    last = datetime.combine(making.today, datetime.min.time()) - timedelta(hours=1)
    back = np.arange(making.rows) // sites
    return pa.array(np.datetime64(last, "ms") - back.astype("timedelta64[h]"))


def _site(making: Making, sites: int) -> pa.Array:
    noun = making.of.nouns[0]
    names = [f"{_WORDS[n % len(_WORDS)]}{n // len(_WORDS) + 1}号{noun}" for n in range(sites)]
    return _by_site(making, names)


def _district_of_site(making: Making, sites: int) -> pa.Array:
    return _by_site(making, [DISTRICTS[n % len(DISTRICTS)] for n in range(sites)])


def _by_site(making: Making, texts: Texts) -> pa.Array:
    places = pa.array((np.arange(making.rows) % len(texts)).astype(np.int32))
    return pa.DictionaryArray.from_arrays(places, pa.array(list(texts))).dictionary_decode()


def _rhythm(making: Making, made_of: Sequence[int]) -> pa.Array:
    """Values that rise and fall with the day, as traffic and air do."""
    low, high, *places = made_of
    hours = (np.arange(making.rows) // 40) % _HOURS_A_DAY
    wave = (1 - np.cos(2 * np.pi * (hours - 3) / _HOURS_A_DAY)) / 2
    values = low + (high - low) * np.clip(0.75 * wave + making.chance.uniform(0, 0.25, making.rows), 0, 1)
    return pa.array(np.round(values, places[0])) if places else pa.array(np.rint(values).astype(np.int64))


def _phone(making: Making, _made_of: Any) -> pa.Array:
    return _joined("022-2", _text(making.whole(1_000_000, 9_999_999)))


def _company(making: Making, _made_of: Any) -> pa.Array:
    first = _joined("天津", making.pick(_WORDS), making.pick(_WORDS))
    return _joined(first, making.pick(_TRADES), making.pick(_FORMS))


def _year(making: Making, made_of: int) -> pa.Array:
    return making.whole(making.today.year - made_of, making.today.year - 1)


def _built(*parts: Texts | str) -> Callable[[Making, Any], pa.Array]:
    """Return a rule that picks one of each list and sets them side by side; "noun" is the dataset's own."""

    def make(making: Making, _made_of: Any) -> pa.Array:
        lists = (making.of.nouns if part == "noun" else part for part in parts)
        return _joined(*(part if isinstance(part, str) else making.pick(part) for part in lists))

    return make


_MAKERS: Final[Mapping[str, Callable[[Making, Any], pa.Array]]] = {
    "serial": _serial,
    "paper": _paper,
    "named": _named,
    "district": _district,
    "address": _address,
    "road": _built(_ROADS),
    "longitude": _place(0),
    "latitude": _place(1),
    "one_of": lambda making, made_of: making.pick(made_of),
    "noun": _built("noun"),
    "whole": lambda making, made_of: making.whole(*made_of),
    "number": _number,
    "day": _day,
    "month": _month,
    "hour": _hour,
    "site": _site,
    "district_of_site": _district_of_site,
    "rhythm": _rhythm,
    "phone": _phone,
    "company": _company,
    "year": _year,
    "crossing": _built(_ROADS, _WORDS, ["", "东", "西", "南", "北"], "站"),
    "line": lambda making, _made_of: _joined(_text(making.whole(1, 990)), "路"),
    "market": _built(_WORDS, _WORDS, ["市场", "广场", "中心"]),
    "project": _built(_WORDS, _WORDS, "noun", "项目"),
    "document": _built("关于做好", "noun", "工作的", ["通知", "意见", "办法"]),
    "occasion": _built(_WORDS, _WORDS, "noun"),
    "power": _built("noun", "事项", _ABOUT, ["（一）", "（二）", "（三）"]),
}
