"""A lead's correction reaches the source with whom it concerns, and the source's answer comes back to the lead."""

import json
from datetime import timedelta

import pytest

from haihe.base.accounts.api import Actor
from haihe.base.accounts.testing import make_actor
from haihe.base.keys.api import keyring
from haihe.base.ledger import api as ledger
from haihe.base.notices import api as notices
from haihe.base.outbox.models import Event
from haihe.city.testing import STREET_BODY
from haihe.data.catalogue.testing import NOW, cast_actor
from haihe.data.exchange import api as exchange
from haihe.data.exchange import testing as feeding
from haihe.data.matching import heard
from haihe.data.matching.errors import InputRefused, NotNow
from haihe.data.matching.models import Lead
from haihe.data.matching.operations.correcting import sources_of
from haihe.data.matching.operations.ending import expire_results
from haihe.data.matching.operations.leading import make_leads
from haihe.data.matching.operations.visiting import Step, move_lead
from haihe.data.matching.testing import ALONE, CHILD, HOLDER, feed, lead_of
from haihe.data.sharing import api as sharing
from haihe.data.sharing.models import Correction
from haihe.data.sharing.operations.correcting import open_person
from haihe.data.sharing.operations.propagating import data_arrived

pytestmark = pytest.mark.django_db
STEWARD, SOURCE = cast_actor("steward_gjj"), cast_actor("steward_mzj")
WRONG = "户主证件号码抄错一位，请核对"


def take(actor: Actor, lead: Lead, name: str, words: str = WRONG, source: str = "member") -> Lead:
    return move_lead(actor=actor, number=lead.number, step=Step(name=name, words=words, source=source), now=NOW)


def referred() -> tuple[Lead, Actor]:
    """Return a lead whose worker found wrong data, and whose steward asked the source; and the worker."""
    lead, goes = lead_of(), make_actor("worker", ("FIELD_WORKER", STREET_BODY))
    take(goes, lead, "take")
    take(goes, lead, "report_wrong")
    return take(STEWARD, lead, "correct"), goes


def answered(lead: Lead, name: str, words: str = "经核对原始档案") -> Lead:
    """Let the source answer, and what it announced be heard, twice as it may be."""
    sharing.move_correction(actor=SOURCE, number=lead.correction, name=name, words=words, now=NOW)
    (event,) = Event.objects.filter(topic=sharing.CORRECTION_ANSWERED)
    for _again in range(2):
        heard.bring_the_answer_to_leads(event.payload)
    return Lead.objects.get(pk=lead.pk)


def told(actor: Actor) -> list[str]:
    return [one.text for one in notices.told(notices.notices_of(actor, now=NOW), actor=actor)]


def test_the_source_finds_out_who_it_is_and_the_ledger_knows_first() -> None:
    lead, _goes = referred()
    row = Correction.objects.get(number=lead.correction)
    assert ALONE.encode() not in bytes(row.sealed_person or b"")
    assert ALONE not in json.dumps([event.facts for event in lead.events.all()])
    assert open_person(actor=SOURCE, number=row.number, words="找到名册上的这一行", now=NOW) == ("王秀英", ALONE)
    (use,) = [one for one in ledger.uses_of_subject(keyring().subject_key(ALONE)) if one.case == row.number]
    assert (use.consumer, use.purpose) == (row.owner, "CORRECTION")


def test_a_corrected_value_ends_the_lead_and_the_next_snapshot_is_told() -> None:
    lead, goes = referred()
    lead = answered(lead, "correct", "号码已改正")
    assert (lead.state, lead.closed_at is not None) == ("CLOSED", True)
    (event,) = lead.events.filter(name="source_corrected")
    assert (event.words, event.facts["correction"]) == ("号码已改正", lead.correction)
    assert f"线索 {lead.number}（户主不在名册上的救助对象）的数据来源有了答复：已更正。" in told(STEWARD)
    assert not any("答复" in text for text in told(goes))
    info = sharing.correction(lead.correction)
    assert info is not None
    assert info.awaits_data

    later = Correction.objects.get(number=lead.correction).closed_at
    assert later is not None
    data_arrived(resource=feeding.RELIEF, snapshot="20261125T000000Z-abcdabcd", as_of=later + timedelta(1), now=NOW)
    (announced,) = Event.objects.filter(topic=sharing.CORRECTION_IN_USE)
    for _again in range(2):
        heard.tell_leads_of_corrected_data(announced.payload)
    assert lead.events.filter(name="source_in_use").count() == 1
    assert any("更正后的数据已经启用" in text for text in told(STEWARD))


def test_a_rejected_one_sends_the_worker_on() -> None:
    lead, goes = referred()
    lead = answered(lead, "reject", "档案与登记一致")
    assert (lead.state, lead.assigned_to, lead.closed_at) == ("ASSIGNED", goes.user_id, None)
    assert lead.events.get(name="source_rejected").words == "档案与登记一致"
    assert any("数据无误，请继续走访" in text for text in told(goes))
    take(goes, lead, "visit", "再次上门核实")


def test_while_the_source_checks_nobody_gets_a_second_lead_and_the_grant_may_end() -> None:
    lead, goes = referred()
    assert make_leads(actor=STEWARD, number=lead.run.number, now=NOW) == 0
    with pytest.raises(NotNow):
        take(goes, lead, "visit")
    grant = next(one["grant"] for one in lead.run.inputs if one["grant"])
    sharing.terminate_grant(actor=cast_actor("approver_mzj"), grant_id=grant, reason="目的已实现", now=NOW)
    expire_results(now=NOW + timedelta(days=1))
    lead.refresh_from_db()
    assert lead.state == "LAPSED"
    # An answer after that changes nothing.
    assert answered(lead, "correct").state == "LAPSED"


def test_where_there_are_several_sources_one_is_chosen() -> None:
    lead, goes = lead_of(), make_actor("worker", ("FIELD_WORKER", STREET_BODY))
    take(goes, lead, "take")
    take(goes, lead, "report_wrong")
    assert [told["name"] for told in sources_of(lead)] == ["member"]
    lead.run.inputs = [*lead.run.inputs, lead.run.inputs[0] | {"name": "income", "resource": "120046/000001"}]
    lead.run.save()
    for source in ("", "nonsense"):
        with pytest.raises(InputRefused, match="哪个来源"):
            take(STEWARD, lead, "correct", source=source)
    # Of another register nothing was told about this person.
    with pytest.raises(NotNow, match="使用记录"):
        take(STEWARD, lead, "correct", source="income")
    found = sharing.correction(take(STEWARD, lead, "correct", source="member").correction)
    assert found is not None
    assert found.owner == "120012"


def test_a_row_is_found_for_its_person_and_for_nobody_else() -> None:
    feed()
    keys = keyring()
    row = exchange.row_of(feeding.RELIEF, keys.subject_key(CHILD), ["id_number", "name"])
    assert row == {"id_number": CHILD, "name": "张小明"}
    assert exchange.row_of(feeding.RELIEF, keys.subject_key(feeding.id_number(77)), ["name"]) is None
    assert exchange.row_of("120012/999999", keys.subject_key(HOLDER), ["name"]) is None
