"""A wrong value is reported with its evidence, goes to the source's desk under a clock, and is answered in words."""

from datetime import date, timedelta

import pytest

from haihe.base.accounts.api import Actor, NotPermitted, actor_for, seal_id_number
from haihe.base.accounts.models import Membership, User
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.base.ledger.testing import append_records
from haihe.city import cast
from haihe.data.sharing import operations
from haihe.data.sharing.api import corrections_of
from haihe.data.sharing.errors import AlreadyOpen, InputRefused, NotFound, NotNow
from haihe.data.sharing.models import Correction, CorrectionNotice
from haihe.data.sharing.operations.propagating import data_arrived
from haihe.data.sharing.testing import NOW, cast_actor

pytestmark = pytest.mark.django_db
ZHANG = cast.ZHANG.id_number or ""


def citizen(username: str) -> Actor:
    """Return a citizen of the cast with an account, whose identity number can be opened."""
    person = cast.person(username)
    user = User(username=username, name=person.name, is_synthetic=True)
    seal_id_number(user, person.id_number or "", keyring=keyring())
    user.save()
    Membership.objects.create(user=user, role="CITIZEN", organisation="")
    return actor_for(username)


def used(answer: str | None = "NO_MATCH", **changes: object) -> str:
    """Put one use of 张晓梅's data into the ledger; return its evidence."""
    return append_records(1, **({"subject": keyring().subject_key(ZHANG).hex(), "answer": answer} | changes))[0]


def report(actor: Actor, evidence: str, statement: str = "我家上月已纳入低保", **person: str) -> Correction:
    return Correction.objects.get(number=operations.open_correction(actor, evidence, statement, NOW, **person))


def move(username: str, name: str, words: str = "经核对原始档案") -> Correction:
    row = Correction.objects.get()
    operations.move_correction(actor=cast_actor(username), number=row.number, name=name, words=words, now=NOW)
    return Correction.objects.get()


def open_person(actor: Actor, row: Correction, words: str = "找到名册上的这一行") -> tuple[str, str]:
    return operations.open_person(actor=actor, number=row.number, words=words, now=NOW)


def test_the_person_reports_and_reads_the_answer() -> None:
    zhang = citizen("zhang")
    row = report(zhang, used())
    assert (row.owner, row.consumer, row.due_on, row.told) == ("120012", "120040", date(2026, 12, 7), "NO_MATCH")
    move("steward_mzj", "confirm", "属实,录入遗漏")
    (seen,) = corrections_of(zhang.subject_key or b"")
    assert (seen.number, seen.state, seen.answer, seen.is_open) == (row.number, "CONFIRMED", "属实,录入遗漏", True)
    move("steward_mzj", "correct", "已于今日更正")
    (seen,) = corrections_of(zhang.subject_key or b"")
    assert (seen.state, seen.answer, seen.is_open) == ("CORRECTED", "已于今日更正", False)
    assert corrections_of(cast_actor("liu").subject_key or b"") == []


def test_a_citizens_name_is_masked_in_the_history_and_sealed_for_the_source() -> None:
    row = report(citizen("zhang"), used())
    assert [event.actor_name for event in row.events.all()] == ["张*梅"]
    assert ZHANG.encode() not in bytes(row.sealed_person or b"")
    opened = open_person(cast_actor("steward_mzj"), row)
    assert opened == ("张晓梅", ZHANG)
    assert [event.name for event in row.events.all()] == ["report", "open_person"]
    assert row.events.get(name="open_person").words == "找到名册上的这一行"


def test_who_looks_says_why_and_the_person_reads_it_in_the_ledger() -> None:
    row = report(citizen("zhang"), used())
    for words in ("", "看看", "无" * 1001):
        with pytest.raises(InputRefused):
            open_person(cast_actor("steward_mzj"), row, words)
    key = keyring().subject_key(ZHANG)
    assert not [use for use in ledger.uses_of_subject(key) if use.case == row.number]
    open_person(cast_actor("steward_mzj"), row)
    (use,) = [use for use in ledger.uses_of_subject(key) if use.case == row.number]
    assert (use.kind, use.consumer, use.owner, use.purpose) == ("DELIVER", "120012", "120012", "CORRECTION")
    # The source isn't told of its own look as of an answer that was wrong.
    move("steward_mzj", "correct")
    data_arrived(resource=row.resource, snapshot="20261124T000000Z-aaaaaaaa", as_of=NOW + timedelta(days=1), now=NOW)
    assert "120012" not in {notice.consumer for notice in CorrectionNotice.objects.filter(correction=row)}


def test_who_the_person_is_only_the_source_opens_and_only_while_it_works_on_it() -> None:
    row = report(citizen("zhang"), used())
    for username in ("operator", "auditor", "steward_gjj"):
        with pytest.raises(NotPermitted):
            open_person(cast_actor(username), row)
    for username in ("outsider", "liu", "clerk_gjj"):
        with pytest.raises(NotFound):
            open_person(cast_actor(username), row)
    move("steward_mzj", "reject")
    with pytest.raises(NotPermitted):
        open_person(cast_actor("steward_mzj"), row)


def test_the_department_that_asked_reports_too() -> None:
    row = report(cast_actor("clerk_gjj"), used(), name="张晓梅", id_number=ZHANG)
    assert (row.reporter_kind, row.events.get().organisation) == ("CONSUMER", "120040")
    assert open_person(cast_actor("approver_mzj"), row)[1] == ZHANG


def test_somebody_elses_number_is_not_taken_along() -> None:
    row = report(cast_actor("clerk_gjj"), used(), name="刘志远", id_number=cast.LIU.id_number or "")
    assert row.sealed_person is None


@pytest.mark.parametrize("username", ["liu", "wang", "outsider", "steward_mzj", "operator", "auditor"])
def test_nobody_else_reports(username: str) -> None:
    with pytest.raises(NotFound):
        operations.open_correction(cast_actor(username), used(), "不对", NOW)


@pytest.mark.parametrize("evidence", ["", "x", "01900000-0000-7000-8000-00000000dead", "'; --", "\x00"])
def test_a_forged_evidence_leads_nowhere(evidence: str) -> None:
    with pytest.raises(NotFound):
        operations.open_correction(cast_actor("clerk_gjj"), evidence, "不对", NOW)


def test_a_refused_question_told_nothing_that_could_be_wrong() -> None:
    evidence = used(answer=None, kind="REFUSED", problem="no-grant")
    with pytest.raises(NotFound):
        operations.open_correction(cast_actor("clerk_gjj"), evidence, "不对", NOW)


def test_one_report_at_a_time_and_with_words() -> None:
    zhang, evidence = citizen("zhang"), used()
    for statement in ("", "  ", "长" * 1001):
        with pytest.raises(InputRefused):
            operations.open_correction(zhang, evidence, statement, NOW)
    row = report(zhang, evidence)
    with pytest.raises(AlreadyOpen) as refusal:
        operations.open_correction(zhang, evidence, "再报一次", NOW)
    assert refusal.value.number == row.number
    move("steward_mzj", "reject", "档案与登记一致")
    assert report(zhang, evidence).number != row.number


def test_the_source_answers_in_words_and_only_the_source() -> None:
    report(citizen("zhang"), used())
    with pytest.raises(InputRefused):
        move("steward_mzj", "reject", " ")
    for username in ("steward_gjj", "operator", "auditor"):
        with pytest.raises(NotPermitted):
            move(username, "reject")
    with pytest.raises(NotFound):
        move("outsider", "reject")
    move("approver_mzj", "reject")
    with pytest.raises(NotNow):
        move("approver_mzj", "correct")


def test_the_reporter_may_take_it_back_but_not_answer_it() -> None:
    zhang = citizen("zhang")
    row = report(zhang, used())
    with pytest.raises(NotPermitted):
        operations.move_correction(actor=zhang, number=row.number, name="correct", words="已更正", now=NOW)
    operations.move_correction(actor=zhang, number=row.number, name="withdraw", words="我看错了", now=NOW)
    assert Correction.objects.get().state == "WITHDRAWN"
