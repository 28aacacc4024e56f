"""Rows leave in groups of five; smaller ones by a stated right that another approved; the ledger knows first."""

import io
from datetime import timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts import demo as people
from haihe.base.accounts.api import NotPermitted
from haihe.base.accounts.models import User
from haihe.base.accounts.testing import make_actor
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.base.notices import api as notices
from haihe.city.cast import CAST
from haihe.city.testing import load_two_streets
from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.exchange import testing as feeding
from haihe.data.matching.errors import InputRefused, NotFound, NotNow
from haihe.data.matching.models import MatchRun
from haihe.data.matching.operations.processing import process_run
from haihe.data.matching.operations.running import start_run
from haihe.data.matching.privacy.exporting import Wish, ask_export, decide_export, take_export
from haihe.data.matching.privacy.files import csv_file, xlsx_file
from haihe.data.matching.privacy.models import ResultExport
from haihe.data.matching.testing import ALONE, confirmed, done_run, feed, permitted
from haihe.data.sharing import api as sharing

pytestmark = pytest.mark.django_db
STEWARD, APPROVER = cast_actor("steward_gjj"), cast_actor("approver_gjj")
BY_RIGHT = {"right": "DUTY", "basis": "《社会救助暂行办法》第五十八条"}


def wish(*columns: str, **changes: str) -> Wish:
    told = {"file_format": "CSV", "purpose": "报市政府专题会议"} | changes
    return Wish(columns=columns or ("member.division",), **told)


def large_run(households: int = 5) -> MatchRun:
    """Return a run whose matches all live in one community."""
    permitted()
    nobody = feeding.id_number(9)
    feed(*(feeding.row(feeding.id_number(n), name=f"居民{n}", householder=nobody) for n in range(20, 20 + households)))
    run = MatchRun.objects.get(number=start_run(actor=STEWARD, number=confirmed(), now=NOW))
    process_run(run.id, now=NOW)
    run.refresh_from_db()
    assert (run.state, run.matched) == ("DONE", households)
    return run


def uses(number: str, export: ResultExport) -> list[ledger.LedgerEntry]:
    return [one for one in ledger.uses_of_subject(keyring().subject_key(number)) if one.case == export.number]


def test_five_who_are_alike_may_leave_at_once_and_each_is_in_the_ledger() -> None:
    run = large_run()
    made = ask_export(actor=STEWARD, number=run.number, wish=wish(), now=NOW)
    assert (made.state, made.smallest, made.right) == ("READY", 5, "")
    assert not uses(feeding.id_number(20), made)
    taken = take_export(actor=STEWARD, number=made.number, now=NOW)
    assert len(taken.rows) == 5
    (use,) = uses(feeding.id_number(20), made)
    assert (use.kind, use.consumer, use.fields) == ("DELIVER", run.organisation, ("division",))
    assert taken.evidence == (str(use.evidence),)


@pytest.mark.parametrize("columns", [("member.division",), ("member.division", "member.name")])
def test_fewer_than_five_or_a_name_does_not_leave_without_a_right(columns: tuple[str, ...]) -> None:
    run = large_run(5 if len(columns) > 1 else 4)
    with pytest.raises(InputRefused, match="少于 5 人"):
        ask_export(actor=STEWARD, number=run.number, wish=wish(*columns), now=NOW)
    with pytest.raises(InputRefused, match="凭什么"):
        ask_export(actor=STEWARD, number=run.number, wish=wish(*columns, right="DUTY", basis="有"), now=NOW)
    assert not ResultExport.objects.exists()


def test_by_a_right_another_person_approves_and_only_who_asked_takes_it() -> None:
    run = done_run()
    made = ask_export(actor=STEWARD, number=run.number, wish=wish("member.name", **BY_RIGHT), now=NOW)
    assert (made.state, made.smallest) == ("WAITING", 1)
    (heard,) = [
        one.text for one in notices.told(notices.notices_of(APPROVER, now=NOW), actor=APPROVER) if "导出" in one.text
    ]
    assert made.number in heard
    with pytest.raises(NotNow):
        take_export(actor=STEWARD, number=made.number, now=NOW)
    with pytest.raises(NotPermitted):
        decide_export(actor=STEWARD, number=made.number, name="approve_export", words="同意导出", now=NOW)
    decide_export(actor=APPROVER, number=made.number, name="approve_export", words="依据属实，同意", now=NOW)
    with pytest.raises(NotPermitted):
        take_export(actor=APPROVER, number=made.number, now=NOW)
    taken = take_export(actor=STEWARD, number=made.number, now=NOW)
    assert taken.rows == [["王秀英"]]
    (use,) = uses(ALONE, made)
    assert use.legal_basis == BY_RIGHT["basis"]
    names = list(run.events.values_list("name", flat=True))
    assert names[-3:] == ["ask_export", "approve_export", "take_export"]


def test_who_asked_does_not_approve_whatever_they_are() -> None:
    run = done_run()
    both = make_actor("both", ("STEWARD", run.organisation), ("APPROVER", run.organisation))
    made = ask_export(actor=both, number=run.number, wish=wish("member.name", **BY_RIGHT), now=NOW)
    with pytest.raises(NotPermitted):
        decide_export(actor=both, number=made.number, name="approve_export", words="同意导出", now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResultExport.objects.update(state="READY", decided_by=both.user_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResultExport.objects.update(state="READY")


def test_a_refused_one_stays_and_says_why() -> None:
    made = ask_export(actor=STEWARD, number=done_run().number, wish=wish("member.name", **BY_RIGHT), now=NOW)
    with pytest.raises(InputRefused):
        decide_export(actor=APPROVER, number=made.number, name="refuse_export", words="", now=NOW)
    row = decide_export(actor=APPROVER, number=made.number, name="refuse_export", words="依据不足", now=NOW)
    assert row.state == "REFUSED"
    with pytest.raises(NotNow):
        take_export(actor=STEWARD, number=made.number, now=NOW)


@pytest.mark.parametrize(
    "changes", [{"purpose": "用"}, {"file_format": "EXE"}, {"right": "WISH", "basis": "就是想要"}], ids=str
)
def test_an_export_says_what_for(changes: dict[str, str]) -> None:
    run = large_run()
    with pytest.raises(InputRefused):
        ask_export(actor=STEWARD, number=run.number, wish=wish(**changes), now=NOW)
    with pytest.raises(InputRefused, match="选择要导出的列"):
        ask_export(actor=STEWARD, number=run.number, wish=wish("member.id_number", "holder.name"), now=NOW)


def test_what_ended_does_not_leave_and_neither_what_waited_too_long() -> None:
    run = large_run()
    made = ask_export(actor=STEWARD, number=run.number, wish=wish(), now=NOW)
    with pytest.raises(NotNow, match="7 天"):
        take_export(actor=STEWARD, number=made.number, now=NOW + timedelta(days=8))
    grant = next(one["grant"] for one in run.inputs if one["grant"])
    sharing.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant, reason="目的已实现", now=NOW)
    with pytest.raises(NotNow, match="到期"):
        take_export(actor=STEWARD, number=made.number, now=NOW + timedelta(days=1))
    with pytest.raises(NotFound):
        take_export(actor=cast_actor("steward_mzj"), number=made.number, now=NOW)


def test_nothing_in_a_file_is_run_by_a_spreadsheet() -> None:
    rows = [["=HYPERLINK(1)", 120103002001, None], ["120103002001", Decimal("2.50"), "\x07ok"]]
    text = csv_file(["@title", "b", "c"], rows).decode("utf-8-sig")
    assert text.splitlines() == ["'@title,b,c", "'=HYPERLINK(1),120103002001,", "120103002001\t,2.50,\x07ok"]
    book = openpyxl.load_workbook(io.BytesIO(xlsx_file(["@t"], rows, sheet="结果", notes=[("用途", "=1+1")])))
    cells = [cell for sheet in book for line in sheet.iter_rows() for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert "'=1+1" in [cell.value for cell in cells]


def browser(username: str) -> Browser:
    made = Browser()
    made.force_login(User.objects.get(username=username))
    return made


def test_the_pages_from_asking_to_the_file() -> None:
    now = timezone.now()
    people.plant(CAST, now=now, keyring=keyring())
    run = done_run(now=now)
    steward, approver = browser("steward_gjj"), browser("approver_gjj")
    ask = reverse("privacy:ask-export", args=[run.number])
    assert ask in steward.get(reverse("matching:result", args=[run.number])).content.decode()
    assert "能认出是谁" in steward.get(ask).content.decode()
    form = {"columns": ["member.division"], "file_format": "XLSX", "purpose": "报市政府专题会议"}
    refused = steward.post(ask, form)
    assert (refused.status_code, "少于 5 人" in refused.content.decode()) == (422, True)
    assert "报市政府专题会议" in refused.content.decode()
    assert steward.post(ask, form | BY_RIGHT).status_code == 302
    number = ResultExport.objects.get().number
    page = reverse("privacy:export", args=[number])
    file, approve = (
        reverse("privacy:take-export", args=[number]),
        reverse("privacy:decide-export", args=[number, "approve"]),
    )
    assert "另一位审批人" in steward.get(page).content.decode()
    assert steward.post(file).status_code == 422
    assert "批准导出" in approver.get(page).content.decode()
    assert approver.post(approve, {"words": ""}).status_code == 422
    assert approver.post(approve, {"words": "依据属实，同意"}).status_code == 302
    assert approver.post(file).status_code == 403
    answer = steward.post(file)
    assert answer["Content-Disposition"] == f'attachment; filename="{number}.xlsx"'
    sheet, about = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    assert [cell.value for cell in sheet[2]] == ["120103002001\t"]
    assert BY_RIGHT["basis"] in [row[1].value for row in about.iter_rows()]
    assert "下载了导出的文件" in approver.get(reverse("matching:run", args=[run.number])).content.decode()


EXPECTED = {
    "steward_gjj": (200, 200), "approver_gjj": (200, 200), "auditor": (403, 200), "operator": (403, 200),
    "steward_mzj": (404, 404), "outsider": (404, 404), "liu": (403, 403), "clerk_gjj": (403, 403),
}  # fmt: skip


@pytest.mark.parametrize("username", sorted(EXPECTED))
def test_who_gets_near_an_export(username: str) -> None:
    now = timezone.now()
    people.plant(CAST, now=now, keyring=keyring())
    run = done_run(now=now)
    made = ask_export(actor=STEWARD, number=run.number, wish=wish("member.name", **BY_RIGHT), now=now)
    visitor = browser(username)
    pages = [reverse("privacy:ask-export", args=[run.number]), reverse("privacy:export", args=[made.number])]
    assert tuple(visitor.get(page).status_code for page in pages) == EXPECTED[username]


def test_everybody_reads_public_figures_and_only_the_office_publishes() -> None:
    now = timezone.now()
    people.plant(CAST, now=now, keyring=keyring())
    run = done_run(now=now)
    load_two_streets()
    number = run.version.model.number
    publish = reverse("privacy:publish", args=[number])
    figures, table = reverse("privacy:figures-of", args=[number]), reverse("privacy:figures-csv", args=[number])
    everybody = Browser()
    assert "还没有公布统计" in everybody.get(reverse("privacy:figures")).content.decode()
    assert (everybody.get(figures).status_code, everybody.get(table).status_code) == (404, 404)
    assert everybody.get(publish).status_code == 302
    assert "由本部门的审批人公布" in browser("steward_gjj").get(publish).content.decode()
    assert browser("steward_gjj").post(publish).status_code == 403
    assert browser("outsider").get(publish).status_code == 404
    assert browser("approver_gjj").post(publish).status_code == 302
    assert number in everybody.get(reverse("privacy:figures")).content.decode()
    shown = everybody.get(figures).content.decode()
    assert "95% 的情况下与真实数相差不超过" in shown
    assert "王秀英" not in shown
    lines = b"".join(everybody.get(table)).decode("utf-8-sig").splitlines()
    assert lines[0] == "区划代码,区,发现"
    assert len(lines) == 3
    again = browser("approver_gjj").post(publish, follow=True).content.decode()
    assert "没有重新计算" in again
    assert everybody.get(f"{figures}?of=nonsense").status_code == 404
