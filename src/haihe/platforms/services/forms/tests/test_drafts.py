"""A draft is kept section by section, goes on on any device, and is nobody else's."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from haihe.base.accounts.api import NotPermitted
from haihe.platforms.services.forms import operations, queries, shelf
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.errors import Changed, DraftNotFound, FormsError, Incomplete
from haihe.platforms.services.forms.models import Draft, Upload
from haihe.platforms.services.forms.ports import PHONE, WINDOW, Known, Offer
from haihe.platforms.services.forms.signing import is_ours
from haihe.platforms.services.forms.testing import (
    NOW,
    PNG,
    SLUG,
    TODAY,
    ListedPrefiller,
    NotedReceiver,
    actor,
    arrived,
    field,
    form_of,
)

pytestmark = pytest.mark.django_db

type Put = Callable[[Form], Offer]

SIGNED = {"declared_true": "yes", "consented_to_checks": "yes", "signature": "刘志远"}


@pytest.fixture
def form(offers: Put) -> Form:
    made = form_of(
        field("amount", "money", min=1),
        field("lease", "file", required=False, max=2),
        sections=("person", "details", "contact", "declaration"),
    )
    offers(made)
    return made


def begun(username: str = "liu") -> uuid.UUID:
    return operations.begin(actor=actor(username), slug=SLUG, channel=PHONE, now=NOW)


def saved(draft: uuid.UUID, section: str, username: str = "liu", **typed: object) -> operations.saving.Saved:
    revision = Draft.objects.get(pk=draft).revision
    return operations.save(
        actor=actor(username), draft_id=draft, revision=revision, section=section, typed=typed, now=NOW
    )


def filled(username: str = "liu") -> uuid.UUID:
    draft = begun(username)
    saved(draft, "person")
    saved(draft, "details", amount="12,000")
    saved(draft, "contact", contact_phone="138 1234 5678")
    saved(draft, "declaration", **SIGNED)
    return draft


def sent(draft: uuid.UUID, username: str = "liu") -> operations.sending.Sent:
    revision = Draft.objects.get(pk=draft).revision
    return operations.send(actor=actor(username), draft_id=draft, revision=revision, now=NOW)


def values_of(draft: uuid.UUID, username: str = "liu") -> dict[str, object]:
    who = actor(username)
    return queries.standing(who, queries.draft_for(who, draft, now=NOW), today=TODAY).values


def test_what_was_saved_is_there_on_another_device_and_sealed_in_between(form: Form) -> None:
    draft = begun()
    step = saved(draft, "details", amount="12,000.50")
    assert step.complaints == {}
    assert step.next_section == "contact"
    assert begun() == draft
    assert values_of(draft)["amount"] == 12000.5
    assert b"12000.5" not in bytes(Draft.objects.get().sealed_content)


def test_a_mistake_is_told_and_kept_as_it_was_typed(form: Form) -> None:
    draft = begun()
    step = saved(draft, "contact", contact_phone="12345", contact_email="liu@example.com")
    assert list(step.complaints) == [("contact_phone",)]
    assert step.next_section == "contact"
    who = actor("liu")
    found = queries.standing(who, queries.draft_for(who, draft, now=NOW), today=TODAY)
    assert found.content.raw["contact_phone"] == "12345"
    assert found.values["contact_email"] == "liu@example.com"


def test_two_devices_do_not_overwrite_each_other(form: Form) -> None:
    draft = begun()
    seen = Draft.objects.get().revision
    saved(draft, "details", amount="100")
    with pytest.raises(Changed):
        operations.save(
            actor=actor("liu"), draft_id=draft, revision=seen, section="details", typed={"amount": "200"}, now=NOW
        )
    assert values_of(draft)["amount"] == 100


def test_who_one_is_comes_from_the_sign_in_whatever_is_sent(form: Form) -> None:
    draft = begun()
    saved(draft, "person", applicant_name="张晓梅", applicant_id_number="120106198509233067")
    assert values_of(draft)["applicant_name"] == "刘志远"
    assert values_of(draft)["applicant_id_number"] == "120103197905121012"


def test_a_field_of_another_section_or_of_no_form_is_not_taken(form: Form) -> None:
    draft = begun()
    saved(draft, "contact", contact_phone="13812345678", amount="999999", is_admin="yes")
    assert values_of(draft).keys() == {"applicant_name", "applicant_id_number", "contact_phone"}
    with pytest.raises(DraftNotFound):
        saved(draft, "no-such-section", amount="1")


def test_another_persons_draft_does_not_exist(form: Form, receiver: NotedReceiver) -> None:
    draft = filled()
    stranger = actor("zhang")
    with pytest.raises(DraftNotFound):
        saved(draft, "details", "zhang", amount="1")
    with pytest.raises(DraftNotFound):
        sent(draft, "zhang")
    with pytest.raises(DraftNotFound):
        operations.discard(actor=stranger, draft_id=draft, now=NOW)
    with pytest.raises(DraftNotFound):
        operations.add_upload(actor=stranger, draft_id=draft, field="lease", arrived=arrived(PNG), now=NOW)
    assert receiver.taken == []
    assert Draft.objects.count() == 1


def test_only_those_whose_desk_it_is_begin_at_the_window(form: Form) -> None:
    operations.begin(actor=actor("clerk_gjj"), slug=SLUG, channel=WINDOW, now=NOW)
    with pytest.raises(NotPermitted):
        operations.begin(actor=actor("outsider"), slug=SLUG, channel=WINDOW, now=NOW)
    with pytest.raises(NotPermitted):
        operations.begin(actor=actor("clerk_gjj"), slug=SLUG, channel=PHONE, now=NOW)


def test_sent_once_it_is_one_application_however_often_it_comes(form: Form, receiver: NotedReceiver) -> None:
    draft = filled()
    first = sent(draft)
    again = sent(draft)
    assert first == again
    [application] = receiver.taken
    assert application.values["amount"] == 12000
    assert application.applicant.name == "刘志远"
    assert application.token == draft
    kept = Draft.objects.get()
    assert kept.case_number == first.number
    assert kept.receipt is not None
    assert kept.receipt["digest"] == application.digest
    assert is_ours(kept.receipt)
    assert not is_ours(kept.receipt | {"digest": "0" * 64})
    with pytest.raises(FormsError):
        saved(draft, "details", amount="1")


def test_what_is_not_finished_or_not_signed_is_not_sent(form: Form, receiver: NotedReceiver) -> None:
    draft = begun()
    with pytest.raises(Incomplete) as unfinished:
        sent(draft)
    assert unfinished.value.section == "details"
    saved(draft, "details", amount="12,000")
    saved(draft, "contact", contact_phone="13812345678")
    saved(draft, "declaration", **(SIGNED | {"signature": "张晓梅"}))
    with pytest.raises(FormsError, match="签名应为 刘志远"):
        sent(draft)
    assert receiver.taken == []


def test_what_the_receiver_refuses_stays_a_draft(form: Form, receiver: NotedReceiver) -> None:
    receiver.refusal = "同一事项已有正在办理的申请。"
    draft = filled()
    with pytest.raises(FormsError, match="同一事项"):
        sent(draft)
    assert Draft.objects.get().is_open


def test_a_new_version_of_the_form_is_gone_through_before_it_is_sent(
    form: Form, offers: Put, receiver: NotedReceiver
) -> None:
    draft = filled()
    offers(form_of(field("amount", "money", max=500), sections=("person", "details", "contact", "declaration")))
    with pytest.raises(Changed):
        sent(draft)
    assert saved(draft, "details", amount="12000").complaints != {}
    saved(draft, "details", amount="300")
    assert sent(draft).number
    assert receiver.taken[0].item_version == 2


def test_a_draft_that_nobody_went_on_with_goes_with_its_files(form: Form) -> None:
    draft = begun()
    upload = operations.add_upload(actor=actor("liu"), draft_id=draft, field="lease", arrived=arrived(PNG), now=NOW)
    assert operations.expire(now=NOW + timedelta(days=29)) == 0
    assert operations.expire(now=NOW + timedelta(days=31)) == 1
    assert not Upload.objects.exists()
    assert upload


@pytest.mark.django_db(transaction=True)
def test_what_is_discarded_leaves_nothing_behind(form: Form) -> None:
    draft = begun()
    upload = operations.add_upload(actor=actor("liu"), draft_id=draft, field="lease", arrived=arrived(PNG), now=NOW)
    assert shelf.path_of(upload).exists()
    operations.discard(actor=actor("liu"), draft_id=draft, now=NOW)
    assert not shelf.path_of(upload).exists()
    assert not Draft.objects.exists()


def test_what_a_register_knows_is_filled_in_once_and_can_be_corrected(
    offers: Put, registers: ListedPrefiller, receiver: NotedReceiver
) -> None:
    known = {"resource": "120012/000001", "item": "household_size"}
    offers(form_of(field("household_size", "number", prefill=known), sections=("person", "details")))
    registers.known["household_size"] = Known(3, "天津市民政局", NOW, str(uuid.uuid4()))
    draft, who = begun(), actor("liu")
    assert operations.prefill(actor=who, draft_id=draft, now=NOW)
    assert not operations.prefill(actor=who, draft_id=draft, now=NOW)
    assert registers.asked == [("household_size",)]
    assert values_of(draft)["household_size"] == 3
    saved(draft, "details", household_size="4")
    found = queries.standing(who, queries.draft_for(who, draft, now=NOW), today=TODAY)
    assert found.content.corrected(found.values) == ("household_size",)


def test_nobody_is_asked_about_before_the_window_knows_them(offers: Put, registers: ListedPrefiller) -> None:
    known = {"resource": "120012/000001", "item": "household_size"}
    offers(form_of(field("household_size", "number", prefill=known), sections=("person", "details")))
    draft = operations.begin(actor=actor("clerk_gjj"), slug=SLUG, channel=WINDOW, now=NOW)
    assert not operations.prefill(actor=actor("clerk_gjj"), draft_id=draft, now=NOW)
    assert registers.asked == []


def test_a_section_that_another_device_left_alone_is_brought_later_all_the_same(form: Form) -> None:
    draft = begun()
    saved(draft, "contact", contact_phone="13812345678")
    seen = Draft.objects.get().revision
    saved(draft, "details", amount="100")
    later = operations.save(
        actor=actor("liu"), draft_id=draft, revision=seen, section="contact", typed={"contact_phone": "13912345678"},
        now=NOW,
    )  # fmt: skip
    assert later.revision == seen + 2
    assert values_of(draft) | {"amount": 100, "contact_phone": "13912345678"} == values_of(draft)
    with pytest.raises(Changed):
        operations.save(
            actor=actor("liu"), draft_id=draft, revision=later.revision + 1, section="contact", typed={}, now=NOW
        )
