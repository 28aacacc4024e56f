"""Whether checked rows may be published at all, by their number and by the checks of the whole."""

from typing import Final

from haihe.data.exchange.ingest import Checked
from haihe.data.exchange.quality import api as quality
from haihe.data.exchange.reasons import FileRefused, Refusal
from haihe.data.exchange.rules import RegisterSchema

FEW_REJECTS: Final = 20
"""So many rows of a delta may be rejected in any case: two bad rows of three must not hold up all that comes after."""


def refusal_of(checked: Checked, schema: RegisterSchema, assessed: quality.Assessed) -> FileRefused | None:
    """Return why the rows aren't published; None where they may be."""
    counts = checked.counts
    if not counts.rows_in or not checked.rows:
        return FileRefused(Refusal.NO_ROWS, _NO_ROWS[checked.merged is not None and bool(counts.rows_in)])
    share = 100 * counts.rows_rejected / counts.rows_in
    is_few = checked.merged is not None and counts.rows_rejected <= FEW_REJECTS
    if share > schema.max_reject_percent and not is_few:
        sentence = (
            f"退回的行占 {share:.1f}%，超过 {schema.max_reject_percent:g}% 的上限，本次数据未采用；"
            "上一份可用数据继续有效。请按退回理由修改后重新上传。"
        )
        return FileRefused(Refusal.TOO_MANY_REJECTS, sentence)
    if assessed.verdict == quality.Verdict.REJECT:
        codes = "、".join(assessed.codes)
        return FileRefused(
            Refusal.CHECKS_FAILED, f"整体检查不合格（{codes}），本次数据未采用；上一份可用数据继续有效。"
        )
    return None


_NO_ROWS: Final = {
    False: "没有一行可以采用；上一份可用数据继续有效。",
    True: "合并以后一行也不剩，不会把登记册清空；上一份可用数据继续有效。",
}
