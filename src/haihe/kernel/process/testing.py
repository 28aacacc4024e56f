"""Processes for tests: the company opened in a day, and any sound process that Hypothesis thinks of."""

from itertools import count
from typing import Any

from hypothesis import strategies as st

from haihe.kernel.process.definition import (
    Automatic,
    End,
    Fork,
    Gate,
    Join,
    Process,
    Step,
    Task,
    Wait,
    Way,
    Words,
    read_process,
)

OPENING = read_process("""
name = "company-example"
version = 1
title = { zh = "企业开办", en = "Opening a company" }
starts = "accept"

[[steps]]
kind = "task"
id = "accept"
title = { zh = "受理", en = "Accept" }
by = "CLERK"
within = { count = 4, unit = "working_hours" }
choices = { complete = "examine", missing = "supplement" }

[[steps]]
kind = "task"
id = "supplement"
title = { zh = "一次性补正", en = "Supplement once" }
by = "APPLICANT"
next = "examine"

[[steps]]
kind = "task"
id = "examine"
title = { zh = "设立登记审查", en = "Examine the registration" }
by = "MARKET"
choices = { licence = "licensed", refusal = "refused" }

[[steps]]
kind = "fork"
id = "licensed"
title = { zh = "领照后并联办理", en = "Side by side after the licence" }
join = "all-done"
ways_out = [
  { next = "seal" },
  { next = "tax" },
  { next = "staff-insurance", when = "staff >= 1", says = { zh = "有员工", en = "with staff" } },
]

[[steps]]
kind = "task"
id = "seal"
title = { zh = "公章刻制", en = "Seal" }
by = "POLICE"
next = "all-done"

[[steps]]
kind = "automatic"
id = "tax"
title = { zh = "税务登记", en = "Tax registration" }
does = "register-tax"
answers = { registered = "all-done", doubtful = "tax-by-hand" }

[[steps]]
kind = "task"
id = "tax-by-hand"
title = { zh = "税务人工核定", en = "Tax, by hand" }
by = "TAX"
next = "all-done"

[[steps]]
kind = "task"
id = "staff-insurance"
title = { zh = "员工参保", en = "Staff insurance" }
by = "INSURANCE"
next = "all-done"

[[steps]]
kind = "join"
id = "all-done"
title = { zh = "全部办成", en = "All done" }
next = "notice"

[[steps]]
kind = "wait"
id = "notice"
title = { zh = "公示", en = "Public notice" }
after = { count = 20, unit = "days" }
next = "opened"
events = { objection = "examine-objection" }

[[steps]]
kind = "task"
id = "examine-objection"
title = { zh = "异议审查", en = "Examine the objection" }
by = "MARKET"
choices = { upheld = "refused", rejected = "opened" }

[[steps]]
kind = "end"
id = "opened"
title = { zh = "已开办", en = "Opened" }
outcome = "OPENED"

[[steps]]
kind = "end"
id = "refused"
title = { zh = "不予登记", en = "Refused" }
outcome = "REFUSED"

[[limits]]
name = "one-day"
title = { zh = "一天办结", en = "Within a day" }
starts = "examine"
ends = "all-done"
within = { count = 1 }
clause = "承诺时限"

[[pauses]]
reason = "supplement"
title = { zh = "补正", en = "Supplement" }
stops = ["one-day"]
clause = "行政许可法 第32条"
at_most = { count = 5 }

[[ways_out]]
name = "withdraw"
title = { zh = "撤回", en = "Withdraw" }
outcome = "WITHDRAWN"
by = "APPLICANT"
until = ["examine"]
""")

CONDITIONS = ("x >= 1", "x == 0", "flag", "not flag", "kind in ('A', 'B')", "kind == 'A' and x < 2")
"""Conditions of random processes, over the data that `DATA` gives."""
DATA: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"x": st.integers(0, 3), "flag": st.booleans(), "kind": st.sampled_from(["A", "B", "C"])}
)


class _Builder:
    """Puts blocks together: each gives the name of its first step and is told what comes after it."""

    def __init__(self, draw: st.DrawFn, *, for_others: bool) -> None:
        self._draw, self._numbers, self._for_others = draw, count(1), for_others
        self._loops = 0
        self.steps: list[Step] = []

    def block(self, after: str, depth: int) -> str:
        kinds = ["task", "automatic", "choice", "end-early"] + ([] if self._for_others else ["wait"])
        kinds += ["gate", "loop", "row"] if depth else []
        kinds += ["fork"] if depth and not (self._for_others and self._loops) else []
        kind = self._draw(st.sampled_from(kinds))
        return str(getattr(self, f"_{kind.replace('-', '_')}")(after, depth))

    def _named(self, kind: str) -> tuple[str, Words]:
        name = f"{kind}-{next(self._numbers)}"
        return name, Words(zh=name, en=name)

    def _add(self, step: Step) -> str:
        self.steps.append(step)
        return step.id

    def _task(self, after: str, _depth: int) -> str:
        name, words = self._named("task")
        return self._add(Task(id=name, title=words, by="CLERK", next=after))

    def _automatic(self, after: str, _depth: int) -> str:
        name, words = self._named("auto")
        return self._add(Automatic(id=name, title=words, does="ask", answers={"yes": after, "no": after}))

    def _choice(self, after: str, depth: int) -> str:
        name, words = self._named("choice")
        other = self.block(after, depth - 1) if depth else after
        return self._add(Task(id=name, title=words, by="CLERK", choices={"on": after, "aside": other}))

    def _end_early(self, after: str, _depth: int) -> str:
        end, end_words = self._named("end")
        self._add(End(id=end, title=end_words, outcome="EARLY"))
        name, words = self._named("task")
        return self._add(Task(id=name, title=words, by="CLERK", choices={"on": after, "stop": end}))

    def _wait(self, after: str, _depth: int) -> str:
        name, words = self._named("wait")
        return self._add(Wait(id=name, title=words, events={"heard": after}))

    def _gate(self, after: str, depth: int) -> str:
        name, words = self._named("gate")
        ways = [Way(next=self.block(after, depth - 1), when=self._condition()), Way(next=self.block(after, depth - 1))]
        return self._add(Gate(id=name, title=words, ways_out=tuple(ways)))

    def _fork(self, after: str, depth: int) -> str:
        join, join_words = self._named("join")
        self._add(Join(id=join, title=join_words, next=after))
        name, words = self._named("fork")
        conditions = ["", *self._draw(st.lists(st.sampled_from(["", *CONDITIONS]), min_size=1, max_size=2))]
        ways = tuple(Way(next=self.block(join, depth - 1), when=when) for when in conditions)
        return self._add(Fork(id=name, title=words, join=join, ways_out=ways))

    def _loop(self, after: str, depth: int) -> str:
        again, words = self._named("again")
        self._loops += 1
        first = self.block(again, depth - 1)
        self._loops -= 1
        self._add(Task(id=again, title=words, by="CLERK", choices={"on": after, "back": first}))
        return first

    def _row(self, after: str, depth: int) -> str:
        return self.block(self.block(after, depth - 1), depth - 1)

    def _condition(self) -> str:
        return self._draw(st.sampled_from(CONDITIONS))


@st.composite
def processes(draw: st.DrawFn, *, depth: int = 3, for_others: bool = False) -> Process:
    """Any sound process of nested blocks. `for_others`: only what SpiffWorkflow 3.2 does as the standard says.

    There a join passes in the second round of a loop by what arrived in the first; and events need a correlation.
    """
    builder = _Builder(draw, for_others=for_others)
    end = Words(zh="办结", en="done")
    builder.steps.append(End(id="done", title=end, outcome="DONE"))
    first = builder.block("done", depth)
    return Process(name="any", version=1, title=end, starts=first, steps=tuple(builder.steps))
