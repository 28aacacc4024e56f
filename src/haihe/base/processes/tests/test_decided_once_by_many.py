"""Several at the same step: one of them does it. Real transactions, real threads."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connections

from haihe.base.accounts.api import SYSTEM
from haihe.base.processes import api as processes
from haihe.base.processes.models import ProcessCase
from haihe.base.processes.sweeping import sweep
from haihe.base.processes.testing import standing_in
from haihe.kernel.process.testing import OPENING
from haihe.kernel.working_time import CHINA_TIME

pytestmark = pytest.mark.django_db(transaction=True)

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=CHINA_TIME)


def begun() -> UUID:
    processes.publish(OPENING, now=MONDAY)
    return processes.begin("company-example", actor=SYSTEM, now=MONDAY, data={"staff": 0})


def test_a_case_is_decided_once() -> None:
    case = begun()
    processes.complete(case, 1, choice="complete", actor=SYSTEM, now=MONDAY)
    together = Barrier(6)

    def decide(choice: str) -> str:
        together.wait()
        try:
            processes.complete(case, 2, choice=choice, actor=SYSTEM, now=MONDAY)
        except processes.NotNow as refusal:
            return refusal.reason
        finally:
            connections.close_all()
        return choice

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(decide, ["licence", "refusal"] * 3))

    assert sum(one in {"licence", "refusal"} for one in outcomes) == 1
    assert set(outcomes) - {"licence", "refusal"} <= {"NOT_OPEN", "ENDED"}
    assert [event.detail for event in processes.history_of(case) if event.step == "examine" and event.detail] == [
        next(one for one in outcomes if one in {"licence", "refusal"})
    ]


def test_workers_share_what_is_due() -> None:
    cases = [begun() for _ in range(12)]
    for case in cases:
        processes.complete(case, 1, choice="complete", actor=SYSTEM, now=MONDAY)
        processes.complete(case, 2, choice="licence", actor=SYSTEM, now=MONDAY)
    asked: list[UUID] = []

    def tax(work: processes.Work) -> processes.Answer:
        asked.append(work.case)
        return processes.Answer("registered")

    def work(_number: int) -> int:
        try:
            return sweep(now=MONDAY)
        finally:
            connections.close_all()

    with standing_in(does={"register-tax": tax}), ThreadPoolExecutor(4) as threads:
        done = list(threads.map(work, range(4)))

    assert sum(done) == 12
    assert sorted(asked) == sorted(cases)
    assert ProcessCase.objects.filter(open_steps__step="tax").count() == 0
