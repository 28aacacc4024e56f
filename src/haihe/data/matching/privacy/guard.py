"""No export of groups under five without a stated right: who is one of three can be recognised by the rest."""

from collections.abc import Sequence
from typing import Final

import pyarrow as pa
from django.utils.translation import gettext as _

from haihe.data.matching.errors import InputRefused
from haihe.data.matching.privacy.workflow import Right

K: Final = 5
LEAST_WORDS: Final = 4


def smallest_group(table: pa.Table, columns: Sequence[str]) -> int:
    """Return how many rows the rarest combination of these columns has; 0 of no rows, all where there is no column."""
    if not table.num_rows or not columns:
        return int(table.num_rows)
    groups = table.select(list(columns)).group_by(list(columns)).aggregate([([], "count_all")])
    return int(min(groups["count_all"].to_pylist()))


def check_export(table: pa.Table, columns: Sequence[str], *, right: Right | None = None, words: str = "") -> None:
    """Let rows leave by these columns, or say why not. Raises: InputRefused."""
    check_smallest(smallest_group(table, columns), right=right, words=words)


def check_smallest(smallest: int, *, right: Right | None = None, words: str = "") -> None:
    """Let groups leave of which the smallest has so many persons, or say why not. Raises: InputRefused."""
    if smallest >= K or (right is not None and len(words.strip()) >= LEAST_WORDS):
        return
    if right is not None:
        raise InputRefused(_("请具体写明凭什么可以导出少于 %(k)s 人的分组。") % {"k": K})
    raise InputRefused(_("有的分组少于 %(k)s 人，能认出是谁，不能导出；请减少列，或者写明法定依据。") % {"k": K})
