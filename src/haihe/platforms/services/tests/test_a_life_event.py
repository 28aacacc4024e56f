"""One form opens a case for each item chosen: each with what its own item asks for, none without the others, once."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts.api import Actor, NotPermitted
from haihe.base.accounts.models import Membership, User
from haihe.city import cast
from haihe.city.testing import load_departments
from haihe.platforms.services import life_events, operations
from haihe.platforms.services.forms import operations as form_operations
from haihe.platforms.services.forms.errors import DraftNotFound, FormsError
from haihe.platforms.services.forms.models import Draft, Upload
from haihe.platforms.services.forms.operations import sending
from haihe.platforms.services.forms.queries import draft_for, standing
from haihe.platforms.services.forms.shelf import path_of
from haihe.platforms.services.forms.testing import PNG, arrived
from haihe.platforms.services.items import api as items
from haihe.platforms.services.items.api import load_items, shipped
from haihe.platforms.services.items.tests.filling import filled
from haihe.platforms.services.models import Case, Channel, LifeEvent
from haihe.platforms.services.operations.sealing import open_form
from haihe.platforms.services.testing import actor, signed_in, take
from haihe.platforms.services.workflow import UNDECIDED

pytestmark = pytest.mark.django_db

BIRTH = next(bundle for bundle in items.bundles() if bundle.slug == "birth")
CLOSING = next(bundle for bundle in items.bundles() if bundle.slug == "company-closing")
THREE = ("birth-household-registration", "vaccination-record", "childcare-subsidy")
LIU = cast.person("liu")


@pytest.fixture(autouse=True)
def catalogue() -> None:
    load_departments()
    wanted = {*BIRTH.items, *CLOSING.items}
    load_items([item for item in shipped() if item.slug in wanted])


def said(bundle: items.Bundle, *chosen: str) -> dict[str, str]:
    """Say yes to these items, or pick them, as a page does."""
    found: dict[str, str] = {}
    for step in bundle.steps_in_form:
        for slug in step.items:
            name = items.field_of(step, slug)
            if step.taken is items.Taken.EACH:
                found[name] = "yes" if slug in chosen else "no"
            elif step.taken is items.Taken.ONE and slug in chosen:
                found[name] = slug
    return found


def begun(bundle: items.Bundle, *chosen: str, who: str = "liu") -> uuid.UUID:
    return form_operations.begin_for(
        actor=actor(who), slug=items.offer_slug(bundle), said=said(bundle, *chosen), channel="PHONE", now=timezone.now()
    )


def fill(draft: uuid.UUID, who: Actor, **answers: Any) -> int:
    """Fill the whole form in; return the revision it has then."""
    now = timezone.now()
    found = standing(who, draft_for(who, draft, now=now), today=timezone.localdate())
    name = cast.person("liu").name
    given = found.values | {"applicant_name": name, "applicant_id_number": LIU.id_number, "signature": name} | answers
    values = filled(found.offer.form, turn=0, today=timezone.localdate(), said=_open(found.offer.form, given))
    sections = {
        section.name: {field.name: values[field.name] for field in section.fields if field.name in values}
        for section in found.offer.form.sections
    }
    return form_operations.save_sections(
        actor=who, draft_id=draft, revision=found.draft.revision, said=sections, now=now
    ).revision


def _open(form: Any, given: dict[str, Any]) -> dict[str, Any]:
    """Leave choices open that nobody made, and files to those who have them."""
    names = [field for field in form.fields if field.kind.value == "file" or field.name.startswith("pick_")]
    return dict.fromkeys((field.name for field in names), None) | given


def sent(draft: uuid.UUID, who: Actor) -> sending.Sent:
    revision = Draft.objects.get(pk=draft).revision
    return form_operations.send(actor=who, draft_id=draft, revision=revision, now=timezone.now())


@pytest.fixture
def liu(client: Client) -> Actor:
    signed_in(client, "liu")
    return actor("liu")


@pytest.fixture
def handed_in(liu: Actor) -> LifeEvent:
    draft = begun(BIRTH, *THREE)
    fill(draft, liu)
    return LifeEvent.objects.get(number=sent(draft, liu).number)


def cases_of(event: LifeEvent) -> list[Case]:
    return [part.case for part in event.parts.select_related("case__item")]


def test_each_item_chosen_becomes_a_case_with_its_own_number_desk_and_clock(handed_in: LifeEvent) -> None:
    cases = cases_of(handed_in)
    assert [case.item_slug for case in cases] == list(THREE)
    assert len({case.number for case in cases}) == len({case.process_case_id for case in cases}) == len(THREE)
    assert [case.organisation for case in cases] == ["120011", "120025", "120025"]
    assert handed_in.number.startswith("YJS-")


def test_a_case_says_what_its_own_form_asks_and_nothing_else(handed_in: LifeEvent) -> None:
    whole: set[str] = set()
    for case in cases_of(handed_in):
        form = operations.form_of(case)
        values, _uploads = open_form(case)
        assert form is not None
        assert form.accepts(values, today=timezone.localdate())
        assert set(values) <= {field.name for field in form.fields}
        whole |= set(values)
    police = open_form(cases_of(handed_in)[0])[0]
    assert {"subsidy_year", "bank_card", "baby_name"} <= whole
    assert {"subsidy_year", "bank_card"} & set(police) == set()


def test_handed_in_twice_it_opens_nothing_twice(liu: Actor) -> None:
    draft = begun(BIRTH, *THREE)
    fill(draft, liu)
    assert sent(draft, liu) == sent(draft, liu)
    assert (Case.objects.count(), LifeEvent.objects.count()) == (len(THREE), 1)


def test_all_cases_are_opened_or_none(liu: Actor) -> None:
    first = begun(BIRTH, "vaccination-record")
    fill(first, liu)
    number = sent(first, liu).number
    second = begun(BIRTH, *THREE)
    fill(second, liu)
    case = cases_of(LifeEvent.objects.get(number=number))[0]
    with pytest.raises(FormsError, match=f"接种.*{case.number}"):
        sent(second, liu)
    assert Case.objects.count() == 1
    assert Draft.objects.get(pk=second).is_open


def test_nothing_chosen_is_nothing_to_hand_in(liu: Actor) -> None:
    draft = begun(BIRTH)
    fill(draft, liu)
    with pytest.raises(FormsError, match="至少选一件"):
        sent(draft, liu)


def test_each_case_has_its_own_receipt_and_may_be_put_right_by_itself(handed_in: LifeEvent) -> None:
    drafts = [Draft.objects.get(pk=case.token) for case in cases_of(handed_in)]
    assert [draft.case_number for draft in drafts] == [case.number for case in cases_of(handed_in)]
    assert len({draft.receipt["digest"] for draft in drafts if draft.receipt}) == len(THREE)
    assert [draft.organisation for draft in drafts] == [case.organisation for case in cases_of(handed_in)]


def test_a_paper_is_uploaded_once_and_each_case_has_its_own_copy(liu: Actor) -> None:
    chosen = ("tax-deregistration", "staff-enrolment", "company-deregistration")
    draft = begun(CLOSING, *chosen)
    legal = {"legal_representative_name": LIU.name, "legal_representative_id_number": LIU.id_number}
    fill(draft, liu, handler_role="LEGAL_REPRESENTATIVE", **legal)
    form_operations.add_upload(
        actor=liu, draft_id=draft, field="representative_proof", arrived=arrived(PNG), now=timezone.now()
    )
    event = LifeEvent.objects.get(number=sent(draft, liu).number)
    files = [uuid.UUID(open_form(case)[1]["representative_proof"]) for case in cases_of(event)]
    assert len(set(files)) == len(chosen)
    assert all(path_of(file).exists() for file in files)
    uploads = [Upload.objects.get(pk=file) for file in files]
    assert [one.draft_id for one in uploads] == [case.token for case in cases_of(event)]
    assert len({one.sha256 for one in uploads}) == 1
    opened = [b"".join(form_operations.open_upload(actor=liu, upload_id=file).pieces) for file in files]
    assert opened == [PNG] * len(chosen)


def test_cases_of_others_are_not_tied_together(handed_in: LifeEvent) -> None:
    numbers = [case.number for case in cases_of(handed_in)]
    for who in ("zhang", "liu"):
        with pytest.raises(NotPermitted):
            operations.bind_cases(
                actor=actor(who),
                bundle="birth",
                cases=numbers,
                channel=Channel.PHONE,
                token=uuid.uuid4(),
                now=timezone.now(),
            )


def test_somebody_elses_draft_is_not_there(liu: Actor) -> None:
    draft = begun(BIRTH, *THREE)
    with pytest.raises(DraftNotFound):
        form_operations.send(actor=actor("zhang"), draft_id=draft, revision=1, now=timezone.now())


def test_the_page_chooses_and_opens_the_one_form(client: Client) -> None:
    page = reverse("services:bundle", args=["birth"])
    assert "登录后选择并填写" in client.get(page).content.decode()
    signed_in(client, "liu")
    assert 'value="yes"' in client.get(page).content.decode()
    answer = client.post(page, said(BIRTH, *THREE) | {"ask": "no"})
    draft = Draft.objects.get()
    assert answer.headers["Location"] == reverse("services_forms:resume", args=[draft.pk])
    steps = client.get(answer.headers["Location"], follow=True)
    assert "育儿补贴" not in str(steps.context["page"].steps[:2])
    assert str(draft.pk) in client.get(page).content.decode()
    assert client.get(reverse("services_forms:guide", args=["bundle-birth"])).headers["Location"] == page


@pytest.mark.parametrize(
    "tampered", [{"take_000000": "yes"}, {"pick_000000": "vaccination-record"}, {"take_c17f9b": "perhaps"}]
)
def test_a_choice_that_the_page_does_not_give_is_refused(client: Client, tampered: dict[str, str]) -> None:
    signed_in(client, "liu")
    answer = client.post(reverse("services:bundle", args=["birth"]), said(BIRTH, *THREE) | tampered)
    assert answer.status_code == 404
    assert not Draft.objects.exists()


def test_an_unknown_field_never_reaches_a_case(liu: Actor) -> None:
    draft = begun(BIRTH, *THREE)
    fill(draft, liu, item_slug="housing-fund-loan", take_000000=True)
    event = LifeEvent.objects.get(number=sent(draft, liu).number)
    assert [case.item_slug for case in cases_of(event)] == list(THREE)


def test_the_page_of_a_life_event_is_its_persons(handed_in: LifeEvent, client: Client) -> None:
    page = reverse("services:life-event", args=[handed_in.number])
    body = client.get(page).content.decode()
    assert [case.number for case in cases_of(handed_in) if case.number not in body] == []
    assert "共 3 件，已办结 0 件" in body
    assert handed_in.number in client.get(reverse("services:my-cases")).content.decode()
    case = cases_of(handed_in)[0]
    assert page in client.get(reverse("services:case", args=[case.number])).content.decode()
    assert signed_in(Client(), "zhang").get(page).status_code == 404


def clerk_at(body: str) -> tuple[Client, Actor]:
    user = User.objects.create(id=uuid.uuid4(), username=f"clerk-{body}", name=f"办事员{body}")
    Membership.objects.create(user=user, role="CLERK", organisation=body)
    client = Client()
    client.force_login(user)
    return client, Actor(user.pk, user.name, frozenset({("CLERK", body)}))


def test_a_clerk_sees_how_the_others_stand_and_nothing_that_was_said_there(handed_in: LifeEvent) -> None:
    police, health = cases_of(handed_in)[0], cases_of(handed_in)[2]
    client, _clerk = clerk_at(police.organisation)
    body = client.get(reverse("services:desk-case", args=[police.number])).content.decode()
    assert handed_in.number in body
    assert health.number in body
    assert reverse("services:desk-case", args=[health.number]) not in body
    subsidy_year = str(open_form(health)[0]["subsidy_year"])
    assert f">{subsidy_year}<" not in body
    assert client.get(reverse("services:desk-case", args=[health.number])).status_code == 404
    page = reverse("services:desk-life-event", args=[handed_in.number])
    assert client.get(page).status_code == 200
    assert clerk_at("120048")[0].get(page).status_code == 404


def test_each_case_goes_its_own_way(handed_in: LifeEvent) -> None:
    police, vaccination, subsidy = cases_of(handed_in)
    _client, clerk = clerk_at(police.organisation)
    take(police.number, "accept", "approve", by=clerk)
    take(police.number, "deliver", by=clerk)
    page = life_events.own_life_event(actor("liu"), handed_in.number, now=timezone.now())
    assert page is not None
    assert page.done == 1
    for case in (vaccination, subsidy):
        case.refresh_from_db()
        assert case.state in UNDECIDED
