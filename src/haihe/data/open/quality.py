"""How good a dataset is for those who use it: eight questions, each answered yes or no from what is on record."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haihe.data.open.columns import OpenColumn
from haihe.data.open.insight import Seen
from haihe.data.open.models import Dataset
from haihe.data.open.punctuality import Punctuality
from haihe.data.open.wording import CYCLES

type Text = str | Promise

_LONG_SUMMARY = 30
_WELL_FILLED = 95


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of the score; `told` is what was found. `is_met` None: the first version isn't there yet."""

    question: Text
    is_met: bool | None
    told: Text = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """All answers; the score is the share that is met, in percent."""

    answers: tuple[Answer, ...]

    @property
    def is_whole(self) -> bool:
        """False as long as something can't be told yet."""
        return all(answer.is_met is not None for answer in self.answers)

    @property
    def score(self) -> int:
        return round(100 * sum(bool(answer.is_met) for answer in self.answers) / len(self.answers))


def quality_of(row: Dataset, columns: Sequence[OpenColumn], seen: Seen | None, kept: Punctuality | None) -> Quality:
    """Return the score as of what is open now."""
    named = sum(bool(one.title and one.title_en) for one in columns)
    titles = {one.name: one.local_title for one in columns}
    counts = {"n": named, "m": len(columns)}
    return Quality(
        (
            Answer(_("写明了开放许可"), bool(row.licence), row.get_licence_display()),
            Answer(_("说明清楚，有英文"), len(row.summary) >= _LONG_SUMMARY and bool(row.summary_en)),
            Answer(_("每个信息项都有中英文名称"), named == len(columns), gettext("%(m)d 项中 %(n)d 项有") % counts),
            Answer(
                _("有能区分每一行的关键项"), bool(row.key), gettext("、").join(titles.get(one, one) for one in row.key)
            ),
            _in_time(kept),
            _filled(seen),
            Answer(_("机器可读的开放格式"), None if seen is None else True, "CSV, JSON, Parquet" if seen else ""),
            Answer(_("有数据接口"), row.has_api, "" if row.has_api else _("可以下载整份数据")),
        )
    )


def _in_time(kept: Punctuality | None) -> Answer:
    question = _("按承诺的周期更新")
    if kept is None:
        return Answer(question, None)
    cycle = {"cycle": CYCLES.get(kept.cycle, kept.cycle)}
    return Answer(question, not kept.is_late, gettext("承诺%(cycle)s更新") % cycle)


def _filled(seen: Seen | None) -> Answer:
    question = _("95% 以上的单元格有值")
    if seen is None:
        return Answer(question, None)
    return Answer(question, seen.filled >= _WELL_FILLED, gettext("现在 %(n)d%%") % {"n": seen.filled})
