"""A match becomes a lead: it finds its street, somebody goes there, and what came of it is known to the place."""

import json
import uuid
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts import demo as people
from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.accounts.models import Membership, User
from haihe.base.accounts.testing import make_actor
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.base.notices import api as notices
from haihe.city.cast import CAST
from haihe.city.testing import DISTRICT_BODY, OTHER_STREET_BODY, STREET_BODY
from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.matching.errors import Changed, InputRefused, NotFound, NotNow
from haihe.data.matching.models import Lead, LeadEvent
from haihe.data.matching.operations.ending import expire_results
from haihe.data.matching.operations.leading import make_leads
from haihe.data.matching.operations.visiting import Step, move_lead, open_lead
from haihe.data.matching.queries_leads import counts_by_place, visible_leads, workers_for
from haihe.data.matching.testing import ALONE, done_run, lead_of, with_leads
from haihe.data.sharing import api as sharing

pytestmark = pytest.mark.django_db
STEWARD, APPROVER = cast_actor("steward_gjj"), cast_actor("approver_gjj")


def worker(name: str = "worker", body: str = STREET_BODY) -> Actor:
    made = make_actor(name, ("FIELD_WORKER", body))
    Membership.objects.filter(user__username=name).update(valid_from=NOW - timedelta(days=1))
    return made


def heard(actor: Actor) -> list[str]:
    return [one.text for one in notices.told(notices.notices_of(actor, now=NOW), actor=actor)]


def take(actor: Actor, lead: Lead, name: str, words: str = "情况属实", **more: object) -> Lead:
    now = more.pop("now", NOW)
    assert isinstance(now, datetime)
    step = Step(name=name, words=words, **more)  # type: ignore[arg-type]  # what a test wants to differ
    return move_lead(actor=actor, number=lead.number, step=step, now=now)


def test_a_match_becomes_one_lead_that_the_ledger_knows_of() -> None:
    lead = lead_of()
    assert (lead.division, lead.kind, lead.state) == ("120103002001", "VISIT", "NEW")
    (told,) = [use for use in ledger.uses_of_subject(keyring().subject_key(ALONE)) if use.kind == "DELIVER"]
    assert (told.case, told.fields) == (lead.run.number, ("division", "name"))
    assert make_leads(actor=STEWARD, number=lead.run.number, now=NOW) == 0
    assert "王秀英".encode() not in bytes(lead.sealed or b"")


def test_somebody_on_an_open_lead_gets_no_second_one() -> None:
    lead = lead_of()
    again = Lead(
        number="XS-x", model=lead.model, run=lead.run, row=99, organisation=lead.organisation, kind="VISIT",
        division=lead.division, subject=lead.subject, made_at=NOW,
    )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_a_model_that_says_nothing_of_leads_gives_none() -> None:
    run = done_run()
    with pytest.raises(NotNow, match="没有写明线索"):
        make_leads(actor=STEWARD, number=run.number, now=NOW)


def test_the_way_from_the_street_to_insurance() -> None:
    lead = lead_of()
    dispatcher, goes = make_actor("dispatcher", ("DISPATCHER", DISTRICT_BODY)), worker()
    assert heard(dispatcher) == ["“户主不在名册上的救助对象”有 1 条新线索等待分派。"]
    assert take(dispatcher, lead, "assign", worker="worker").assigned_to == goes.user_id
    assert heard(goes) == ["有一户人家请您上门走访：户主不在名册上的救助对象。"]
    lead.refresh_from_db()
    assert open_lead(goes, lead) == {"member.division": "120103002001", "member.name": "王秀英"}
    assert open_lead(dispatcher, lead) == {}
    assert take(goes, lead, "visit").visited_at == NOW
    take(goes, lead, "apply", now=NOW + timedelta(hours=1))
    settled = take(goes, lead, "settle", now=NOW + timedelta(days=2))
    assert (settled.state, settled.closed_at) == ("SETTLED", NOW + timedelta(days=2))
    settled.refresh_from_db()
    assert open_lead(goes, settled) == {}
    names = list(settled.events.values_list("name", flat=True))
    assert names == ["make", "assign", "visit", "apply", "settle"]
    (place,) = counts_by_place(STEWARD, within="", digits=6)
    assert (place["place"], place["found"], place["visited"], place["settled"]) == ("120103", 1, 1, 1)


def test_only_the_own_street_and_who_was_sent_know_of_it() -> None:
    lead = lead_of()
    here, elsewhere = worker(), worker("elsewhere", OTHER_STREET_BODY)
    assert list(visible_leads(here)) == [lead]
    assert list(visible_leads(elsewhere)) == []
    assert [one.username for one in workers_for([lead], now=timezone.now())] == ["worker"]
    colleague = worker("colleague")
    take(here, lead, "take")
    assert list(visible_leads(colleague)) == []
    with pytest.raises(NotFound):
        take(colleague, lead, "visit")
    with pytest.raises(NotPermitted):
        take(STEWARD, lead, "visit")


def test_a_worker_of_another_street_is_not_sent() -> None:
    lead = lead_of()
    worker("elsewhere", OTHER_STREET_BODY)
    with pytest.raises(InputRefused, match="本辖区"):
        take(make_actor("dispatcher", ("DISPATCHER", DISTRICT_BODY)), lead, "assign", worker="elsewhere")


def test_a_step_brought_twice_counts_once() -> None:
    lead, goes, token = lead_of(), worker(), uuid.uuid4()
    take(goes, lead, "take")
    for _again in range(3):
        assert take(goes, lead, "visit", token=token, revision=1).state == "VISITED"
    assert LeadEvent.objects.filter(name="visit").count() == 1
    with pytest.raises(NotPermitted):
        take(worker("thief"), lead, "visit", token=token)


def test_what_somebody_did_meanwhile_is_not_written_over() -> None:
    lead, goes = lead_of(), worker()
    take(goes, lead, "take")
    take(goes, lead, "visit", revision=1)
    with pytest.raises(Changed):
        take(goes, lead, "miss", revision=1)


@pytest.mark.parametrize("away", [timedelta(days=-15), timedelta(hours=1)])
def test_a_phone_with_a_wrong_clock_is_told(away: timedelta) -> None:
    lead, goes = lead_of(), worker()
    take(goes, lead, "take")
    with pytest.raises(InputRefused, match="办理时间"):
        take(goes, lead, "visit", at=NOW + away)


def test_what_happened_without_a_network_counts_when_it_happened() -> None:
    lead, goes = lead_of(), worker()
    take(goes, lead, "take")
    visited = take(goes, lead, "visit", at=NOW + timedelta(hours=2), now=NOW + timedelta(days=1))
    assert visited.visited_at == NOW + timedelta(hours=2)


def test_nobody_is_judged_who_was_not_told() -> None:
    lead, goes = lead_of("check"), worker()
    with pytest.raises(NotNow):
        take(APPROVER, lead, "decide", decision="STOP")
    take(goes, lead, "take")
    with pytest.raises(NotNow):
        take(APPROVER, lead, "decide", decision="STOP")
    take(goes, lead, "tell", "当面告知比对结果和陈述的权利")
    with pytest.raises(NotNow, match="等待本人陈述"):
        take(APPROVER, lead, "decide", decision="STOP", now=NOW + timedelta(days=1))
    with pytest.raises(NotPermitted):
        take(STEWARD, lead, "decide", decision="STOP")
    take(goes, lead, "hear", "本人说已在外地停保")
    decided = take(APPROVER, lead, "decide", decision="KEEP", now=NOW + timedelta(days=1))
    assert (decided.state, decided.decision, decided.decided_by) == ("DECIDED", "KEEP", APPROVER.user_id)


def test_who_says_nothing_within_the_time_can_be_judged() -> None:
    lead, goes = lead_of("check"), worker()
    take(goes, lead, "take")
    take(goes, lead, "tell")
    decided = take(APPROVER, lead, "decide", "逾期未陈述", decision="ADJUST", now=NOW + timedelta(days=14))
    assert decided.decision == "ADJUST"


def test_the_database_itself_refuses_a_decision_without_a_person() -> None:
    lead = lead_of("check")
    with pytest.raises(IntegrityError), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(state="DECIDED", decision="STOP", told_at=NOW)


def test_wrong_data_go_back_to_their_source() -> None:
    lead, goes = lead_of(), worker()
    take(goes, lead, "take")
    take(goes, lead, "report_wrong", "户主已登记在册，号码抄错一位")
    corrected = take(STEWARD, lead, "correct", "户主证件号码抄错一位，请核对")
    found = sharing.correction(corrected.correction)
    assert found is not None
    assert (found.owner, found.case, found.is_open) == ("120012", lead.run.number, True)
    assert corrected.state == "REFERRED"


def test_leads_end_with_the_grant_and_keep_nothing_personal() -> None:
    lead, goes = lead_of(), worker()
    take(goes, lead, "take")
    grant = next(uuid.UUID(one["grant"]) for one in lead.run.inputs if one["grant"])
    sharing.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant, reason="目的已实现", now=NOW)
    assert expire_results(now=NOW + timedelta(days=1)) == 1
    lead.refresh_from_db()
    assert (lead.state, lead.sealed) == ("LAPSED", None)
    assert open_lead(goes, lead) == {}


def browser(username: str) -> Browser:
    people.plant(CAST, now=timezone.now(), keyring=keyring())
    made = Browser()
    made.force_login(User.objects.get(username=username))
    return made


def synced(phone: Browser, **step: object) -> dict[str, str]:
    answer = phone.post(reverse("matching:sync"), json.dumps({"steps": [step]}), content_type="application/json")
    (told,) = answer.json()["steps"]
    return dict(told)


def test_the_phone_brings_what_it_kept() -> None:
    lead = lead_of(now=timezone.now())
    worker()
    phone = browser("worker")
    assert "还没有人去" in phone.get(reverse("matching:visits")).content.decode()
    page = reverse("matching:visit", args=[lead.number])
    assert "王秀英" not in phone.get(page).content.decode()
    phone.post(reverse("matching:visit-step", args=[lead.number]), {"name": "take", "token": str(uuid.uuid4())})
    assert "王秀英" in phone.get(page).content.decode()
    step = {"token": str(uuid.uuid4()), "number": lead.number, "revision": 1, "name": "visit", "words": "讲了政策"}
    at = timezone.now().isoformat()
    assert synced(phone, **step, at=at)["became"] == "done"
    assert synced(phone, **step, at=at)["became"] == "done"
    other = {**step, "token": str(uuid.uuid4()), "name": "settle"}
    assert synced(phone, **other)["became"] == "changed"
    assert synced(phone, **{**other, "number": "XS-none"})["became"] == "refused"
    assert synced(phone, token="x", number=lead.number, name="visit")["became"] == "refused"
    assert phone.post(reverse("matching:sync"), "nonsense", content_type="application/json").status_code == 400


def test_the_desk_hands_out_and_shows_nobody_s_name() -> None:
    lead = lead_of(now=timezone.now())
    worker()
    make_actor("dispatcher", ("DISPATCHER", DISTRICT_BODY))
    desk, page = browser("dispatcher"), reverse("matching:lead", args=[lead.number])
    shown = desk.get(page).content.decode()
    assert "一社区" in shown
    assert "王秀英" not in shown
    assign = reverse("matching:move-lead", args=[lead.number, "assign"])
    assert desk.post(assign, {"worker": "nobody"}).status_code == 422
    assert desk.post(assign, {"worker": "worker"}).status_code == 302
    assert "worker" in desk.get(reverse("matching:leads") + "?state=ASSIGNED").content.decode()
    assert "下瓦房街道" in desk.get(reverse("matching:progress") + "?within=120103000000").content.decode()
    assert "河西区" in browser("auditor").get(reverse("matching:progress")).content.decode()


EXPECTED = {
    "steward_gjj": (200, 403, 200), "approver_gjj": (200, 403, 200), "auditor": (403, 403, 200),
    "operator": (403, 403, 200), "outsider": (404, 403, 200), "liu": (403, 403, 403), "clerk_gjj": (403, 403, 403),
}  # fmt: skip


@pytest.mark.parametrize("username", sorted(EXPECTED))
def test_who_sees_leads(username: str) -> None:
    lead = lead_of(now=timezone.now())
    visitor = browser(username)
    pages = [
        reverse("matching:lead", args=[lead.number]),
        reverse("matching:visit", args=[lead.number]),
        reverse("matching:progress"),
    ]
    assert tuple(visitor.get(page).status_code for page in pages) == EXPECTED[username]


def test_the_worker_script_is_given_from_its_folder() -> None:
    answer = Browser().get(reverse("matching:visits-worker"))
    assert answer["Content-Type"].startswith("text/javascript")
    assert "RELEASE" not in answer.content.decode()


def test_leads_without_a_place_are_refused() -> None:
    text = with_leads().replace('division = "member.division"', 'division = "member.name"')
    run = done_run(text)
    with pytest.raises(InputRefused, match="区划代码"):
        make_leads(actor=STEWARD, number=run.number, now=NOW)
