"""A rehearsal in words and pictures, the same in a file and on the release's page."""

from typing import NamedTuple

from haihe.kernel.rehearsal_report import Rehearsal, Spread
from haihe.kernel.result_release import Words
from haihe.kernel.series_chart import series_chart

_SECONDS = Words("秒", "s")


class Fact(NamedTuple):
    """One line; one that `is_fault` stands in the way of the day."""

    label: Words
    value: str
    is_fault: bool = False


class Picture(NamedTuple):
    """`svg` is ours and needs nothing else."""

    title: Words
    svg: str


def verdict(report: Rehearsal) -> Words:
    """Say in a sentence whether the day can come."""
    if report.is_good:
        return Words(
            "演练通过：每个人都按时查到自己的成绩，约定的时间都守住了，没有人查到别人的，每次查看都有一条记录。",
            "Passed: everybody saw their own result, each promise was kept, each look is on record, nobody saw more.",
        )
    return Words(
        "演练没有通过：请看下面标出的各项，改正或者调低每秒答复数，再演练一次。",
        "Not passed: see what is marked below, mend it or lower the capacity, and rehearse again.",
    )


def facts(report: Rehearsal) -> list[Fact]:
    """Return what an examinations authority wants to know, in the order of its questions."""
    owed = report.results + report.certificates
    return [
        Fact(Words("考生", "Candidates"), f"{report.candidates:,}"),
        Fact(Words("请求，历时", "Requests, within"), f"{report.requests:,} / {report.seconds:g} s"),
        Fact(Words("每秒放行", "Let through each second"), f"{report.capacity_per_s:,}"),
        Fact(Words("查到成绩", "Results told"), f"{report.results:,}"),
        Fact(Words("保存成绩证明", "Certificates saved"), f"{report.certificates:,}"),
        Fact(Words("不对的成绩", "Results that weren't theirs"), f"{report.results_wrong:,}", report.results_wrong > 0),
        Fact(Words("出错的页面", "Pages with an error"), f"{report.errors:,}", report.errors > 0),
        Fact(Words("被误锁的考生", "Candidates shut out"), f"{report.shut_out:,}", report.shut_out > 0),
        Fact(Words("排队的人", "Stood in line"), f"{report.promises:,}"),
        Fact(Words("排队时间", "Time in line"), _spread(report.waits_s, "s")),
        Fact(Words("没守住的约定", "Promises broken"), f"{report.promises_broken:,}", report.promises_broken > 0),
        Fact(Words("比约定晚", "Later than promised"), _spread(report.late_ms, "ms")),
        Fact(Words("页面等待时间", "Time for a page"), _spread(report.latency_ms, "ms")),
        Fact(Words("先填错、后填对", "Mistyped first, right then"), f"{report.mistyped:,}"),
        Fact(Words("冒填的号码", "Numbers that weren't theirs"), f"{report.made_up:,}"),
        Fact(Words("冒填被拒绝", "of these refused"), f"{report.made_up_refused:,}"),
        Fact(Words("冒填被锁定", "of these locked"), f"{report.made_up_locked:,}"),
        Fact(Words("拒绝用时：号码存在", "Refusal of a number that exists"), _spread(report.known_ms, "ms")),
        Fact(Words("拒绝用时：号码不存在", "Refusal of one that doesn't"), _spread(report.made_up_ms, "ms")),
        Fact(Words("账本记录", "Records in the ledger"), f"{report.records:,}", report.records != owed),
        Fact(Words("全部入账用时", "All in the ledger after"), f"{report.ledger_s:g} s"),
        Fact(Words("演练机器", "Machine"), report.machine),
    ]


def pictures(report: Rehearsal, *, english: bool) -> list[Picture]:
    """Draw who came and was answered, and who stood in line."""
    seconds = _SECONDS.in_language(english)
    came, answered, line = (
        words.in_language(english)
        for words in (Words("到来", "came"), Words("查到", "answered"), Words("排队", "in line"))
    )
    through = Words("每秒到来和查到的人", "Who came and who was answered, each second")
    waiting = Words("每秒末排队的人", "Who stood in line at the end of each second")
    return [
        Picture(
            through,
            series_chart(
                [(came, report.arrivals), (answered, report.answered)],
                label=through.in_language(english),
                seconds=seconds,
            ),
        ),
        Picture(waiting, series_chart([(line, report.waiting)], label=waiting.in_language(english), seconds=seconds)),
    ]


def _spread(spread: Spread, unit: str) -> str:
    return f"{spread.median:g} / {spread.p99:g} / {spread.most:g} {unit}"
