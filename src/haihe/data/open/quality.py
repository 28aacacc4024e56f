"""How good a dataset is for those who use it: eight questions, each answered yes or no from what is on record."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.data.open.columns import OpenColumn
from haihe.data.open.models import Dataset
from haihe.data.open.punctuality import Punctuality
from haihe.data.open.reading import Seen

_LONG_SUMMARY = 30
_WELL_FILLED = 95


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of the score."""

    question: str | Promise
    is_met: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """All answers; the score is the share that is met, in percent."""

    answers: tuple[Answer, ...]

    @property
    def score(self) -> int:
        return round(100 * sum(answer.is_met for answer in self.answers) / len(self.answers))


def quality_of(row: Dataset, columns: Sequence[OpenColumn], seen: Seen | None, kept: Punctuality | None) -> Quality:
    """Return the score as of what is open now."""
    return Quality(
        (
            Answer(_("写明了开放许可"), bool(row.licence)),
            Answer(_("说明清楚，有英文"), len(row.summary) >= _LONG_SUMMARY and bool(row.summary_en)),
            Answer(_("每个信息项都有中英文名称"), all(one.title and one.title_en for one in columns)),
            Answer(_("有能区分每一行的关键项"), bool(row.key)),
            Answer(_("按承诺的周期更新"), kept is not None and not kept.is_late),
            Answer(_("95% 以上的单元格有值"), seen is not None and seen.filled >= _WELL_FILLED),
            Answer(_("机器可读的开放格式"), seen is not None),
            Answer(_("有数据接口"), row.has_api),
        )
    )
