"""The auditor reads everything; the operator all but the subject keys; nobody else anything."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from haihe.base.accounts.api import NotPermitted, Role
from haihe.base.accounts.testing import make_actor, make_user
from haihe.base.ledger import api as ledger
from haihe.base.ledger import pages
from haihe.base.ledger.audit import record_audit
from haihe.base.ledger.testing import append_many, append_records, make_refusal, tamper
from haihe.kernel.answers import Answer

pytestmark = pytest.mark.django_db
SUBJECT = "feedfeedfeedfeedfeedfeedfeedfeed"
CENTRE = "120001"
CASE = "2026112300001"
type As = Callable[..., Client]


@pytest.fixture
def as_role() -> As:
    def sign_in(role: Role | None, organisation: str = CENTRE) -> Client:
        client = Client()
        if role:
            client.force_login(make_user(f"{role}@{organisation}".lower(), (role, organisation)))
        return client

    return sign_in


@pytest.fixture
def evidence() -> str:
    [number] = append_records(1, subject=SUBJECT)
    ledger.seal_pending(now=timezone.now())
    return number


def addresses(evidence: str) -> list[str]:
    return [
        reverse("ledger:auditor"),
        reverse("ledger:record", args=[evidence]),
        reverse("ledger:export", args=[evidence]),
    ]


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.CLERK, Role.STEWARD, Role.APPROVER])
def test_no_other_role_sees_any_of_it(as_role: As, evidence: str, role: Role) -> None:
    client = as_role(role)
    for address in addresses(evidence):
        answer = client.get(address)
        assert answer.status_code == 403
        assert CASE not in answer.content.decode()
    assert client.post(reverse("ledger:audit")).status_code == 403
    assert not ProcrastinateJob.objects.exists()


def test_who_is_not_signed_in_is_sent_to_sign_in(as_role: As, evidence: str) -> None:
    for address in addresses(evidence):
        assert as_role(None).get(address).status_code == 302


@pytest.mark.parametrize("role", [Role.CITIZEN, Role.CLERK, Role.STEWARD, Role.APPROVER])
def test_the_functions_behind_the_pages_refuse_them_too(evidence: str, role: Role) -> None:
    actor = make_actor("somebody", (role, CENTRE))
    for refused in (
        lambda: pages.auditor_page(actor, ledger.Filters(), before=None),
        lambda: pages.record_page(actor, evidence),
        lambda: pages.proof_file(actor, evidence),
        lambda: pages.request_audit(actor),
    ):
        with pytest.raises(NotPermitted):
            refused()


def test_the_operator_reads_without_subject_keys_and_exports_nothing(as_role: As, evidence: str) -> None:
    client = as_role(Role.OPERATOR)
    for address in addresses(evidence)[:2]:
        answer = client.get(address)
        assert answer.status_code == 200
        assert SUBJECT not in answer.content.decode()
        assert reverse("ledger:export", args=[evidence]) not in answer.content.decode()
    assert client.get(reverse("ledger:export", args=[evidence])).status_code == 403
    assert client.post(reverse("ledger:audit")).status_code == 403


def test_the_auditor_sees_the_record_its_path_and_gets_a_good_proof(as_role: As, evidence: str) -> None:
    append_records(2)
    ledger.seal_pending(now=timezone.now())
    client = as_role(Role.AUDITOR)
    shown = client.get(reverse("ledger:record", args=[evidence])).content.decode()
    assert SUBJECT in shown
    assert reverse("ledger:export", args=[evidence]) in shown
    proof = client.get(reverse("ledger:export", args=[evidence]))
    assert ledger.verify_export(proof.content).valid
    assert proof["Content-Disposition"] == f'attachment; filename="haihe-{evidence}.json"'


def test_answers_to_several_are_shown_one_by_one(as_role: As) -> None:
    several = {"fields": ["on_relief", "in_care"], "answers": ["MATCH", "UNKNOWN"], "reasons": [None, "SOURCE_STALE"]}
    [number] = append_records(1, answer="UNKNOWN", **several)
    shown = as_role(Role.AUDITOR).get(reverse("ledger:record", args=[number])).content.decode()
    assert "on_relief: MATCH" in shown
    assert "in_care: UNKNOWN SOURCE_STALE" in shown


def test_a_record_of_many_is_listed_counted_and_exported_without_persons(as_role: As) -> None:
    number = append_many({b"\x01" * 16: Answer.MATCH, b"\x02" * 16: Answer.NO_MATCH})
    ledger.seal_pending(now=timezone.now())
    client = as_role(Role.AUDITOR)
    listed = client.get(reverse("ledger:auditor"), {"kind": "BATCH_VERIFY"}).content.decode()
    assert number in listed
    assert "批量" in listed
    shown = client.get(reverse("ledger:record", args=[number])).content.decode()
    assert "NO_MATCH: 1" in shown
    assert "01" * 16 not in shown + client.get(reverse("ledger:export", args=[number])).content.decode()


def test_a_record_that_waits_for_its_seal_says_so(as_role: As) -> None:
    [number] = append_records(1)
    client = as_role(Role.AUDITOR)
    assert "还没有封存" in client.get(reverse("ledger:record", args=[number])).content.decode()
    answer = client.get(reverse("ledger:export", args=[number]), follow=True)
    assert "一分钟内会封存" in answer.content.decode()


def test_an_altered_record_says_so_and_is_not_exported(as_role: As, evidence: str) -> None:
    tamper("UPDATE ledger_record SET body = replace(body, 'MATCH', 'UNKNOWN')")
    client = as_role(Role.AUDITOR)
    assert "与封存时不一致" in client.get(reverse("ledger:record", args=[evidence])).content.decode()
    answer = client.get(reverse("ledger:export", args=[evidence]), follow=True)
    assert answer["Content-Type"].startswith("text/html")
    assert "不能导出证明" in answer.content.decode()


@pytest.mark.parametrize("bad", ["01900000-0000-7000-8000-00000000dead", "no-number", "../auditor"])
def test_a_record_that_is_not_there_is_not_found(as_role: As, bad: str) -> None:
    client = as_role(Role.AUDITOR)
    assert client.get(f"/ledger/{bad}/").status_code == 404
    assert client.get(f"/ledger/{bad}/proof/").status_code == 404


def listed(client: Client, **query: str | int) -> list[str]:
    answer = client.get(reverse("ledger:auditor"), query)
    assert answer.status_code == 200
    return [row.evidence for row in answer.context["page"].rows]


def test_the_list_is_narrowed_by_the_address(as_role: As) -> None:
    [match] = append_records(1)
    [unknown] = append_records(1, answer="UNKNOWN", consumer="120030", service="disability-status")
    [old] = append_records(1, at="2026-01-02T16:30:00.000Z")
    ledger.append([make_refusal(consumer=None)])
    client = as_role(Role.AUDITOR)
    assert len(listed(client)) == 4
    assert listed(client, consumer="120030") == [unknown]
    assert listed(client, service="disability-status") == [unknown]
    assert listed(client, answer="MATCH", since="2026-11-01") == [match]
    # 16:30 in UTC is half past midnight of the next day in the city.
    assert listed(client, since="2026-01-03", until="2026-01-03") == [old]
    assert listed(client, since="2026-01-02", until="2026-01-02") == []
    assert len(listed(client, kind="REFUSED")) == 1
    assert listed(client, consumer="999999") == []


def test_filters_that_make_no_sense_are_named_and_harm_nothing(as_role: As) -> None:
    append_records(1)
    client = as_role(Role.AUDITOR)
    query = {
        "answer": "PERHAPS",
        "since": "yesterday",
        "before": "-3",
        "consumer": "'; DROP TABLE",
        "until": "9999-12-31",
    }
    answer = client.get(reverse("ledger:auditor"), query)
    assert answer.status_code == 200
    assert "看不懂" in answer.content.decode()


def test_older_records_are_reached_by_the_cursor(as_role: As, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE_ROWS", 2)
    numbers = append_records(5)
    client = as_role(Role.AUDITOR)
    first = client.get(reverse("ledger:auditor"), {"kind": "VERIFY"})
    cursor = first.context["page"].older
    assert f"?kind=VERIFY&amp;before={cursor}" in first.content.decode()
    assert listed(client) + listed(client, before=cursor) == numbers[:0:-1]


def test_the_auditor_asks_for_an_audit_once_and_sees_its_result(as_role: As, evidence: str) -> None:
    client = as_role(Role.AUDITOR)
    for _ in range(2):
        assert client.post(reverse("ledger:audit")).status_code == 302
    assert ProcrastinateJob.objects.filter(task_name="ledger.audit").count() == 1

    record_audit(clock=timezone.now)
    assert "完好" in client.get(reverse("ledger:auditor")).content.decode()
    tamper("DELETE FROM ledger_record")
    record_audit(clock=timezone.now)
    shown = client.get(reverse("ledger:auditor")).content.decode()
    assert "发现改动" in shown
    assert f"（{evidence}）" in shown


def test_an_audit_is_asked_for_by_post_only(as_role: As) -> None:
    assert as_role(Role.AUDITOR).get(reverse("ledger:audit")).status_code == 405
