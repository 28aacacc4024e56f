"""Several items in one form: asked once, registers asked for whom it concerns, and each item handed its own."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from haihe.base.accounts.api import Actor
from haihe.platforms.services.forms import operations, ports
from haihe.platforms.services.forms.definition import Form, parse
from haihe.platforms.services.forms.errors import FormsError
from haihe.platforms.services.forms.fields import Section
from haihe.platforms.services.forms.models import Draft
from haihe.platforms.services.forms.parts import Text
from haihe.platforms.services.forms.ports import PHONE, Bound, Known, Offer, Received
from haihe.platforms.services.forms.refusals import FormError
from haihe.platforms.services.forms.testing import (
    NOW,
    ListedOffers,
    ListedPrefiller,
    NotedReceiver,
    actor,
    field,
    form_of,
    offer_of,
)
from haihe.platforms.services.forms.together import Wanted, together

BUNDLE = "bundle-test"
CHOOSING = Section(
    name="items",
    title=Text(zh="选", en="Choose"),
    fields=tuple(form_of(field("a", "yes_no"), field("b", "yes_no")).fields),
)
PREFILL = {"resource": "120012/000001", "item": "household_size"}
SIZE = field("size", "number", min=1, prefill=PREFILL)


def whole(*forms: Form, choosing: Section = CHOOSING, **given: str) -> Offer:
    """Put forms together as items `one`, `two` …, chosen by `a`, `b` …"""
    named = zip(("one", "two"), ("a", "b"), forms, strict=False)
    parts = [replace(offer_of(form, slug=slug), authority=f"12000{when}") for slug, when, form in named]
    wanted = [Wanted(part, when, given if part.slug == "two" else {}) for part, when in zip(parts, "ab", strict=False)]
    form, shares = together(wanted, choosing=choosing)
    return replace(offer_of(form, slug=BUNDLE), authority="", shares=shares)


def names(offer: Offer) -> list[tuple[str, list[str]]]:
    return [(section.name, [one.name for one in section.fields]) for section in offer.form.sections]


def test_shared_sections_stand_once_and_the_rest_by_item() -> None:
    offer = whole(
        form_of(field("amount", "money"), sections=("person", "contact")),
        form_of(field("amount", "money"), sections=("contact", "person", "delivery")),
    )
    first, second = (share.names["amount"] for share in offer.shares)
    assert first != second
    assert [name for name, _fields in names(offer)] == [
        "items",
        "person",
        "contact",
        "one",
        "two",
        "delivery",
        "declaration",
    ]
    assert offer.form.section("one").when == "a"
    assert offer.form.section("person").when == "(a) or (b)"
    assert offer.form.section("delivery").when == "b"


def test_what_only_one_item_leaves_out_of_a_shared_section_is_asked_for_the_other() -> None:
    without = {"name": "contact", "without": ["contact_phone"]}
    offer = whole(form_of(field("x"), sections=(without,)), form_of(field("y"), sections=("contact",)))
    assert offer.form.field("contact_phone").when == "b"


def test_the_same_words_with_another_meaning_stay_apart() -> None:
    other = parse({"sections": ["contact"], "fields": [field("extra", section="contact")]})
    offer = whole(form_of(field("x"), sections=("contact",)), other)
    assert offer.shares[1].names["extra"] not in [one.name for one in offer.form.section("contact").fields]


def test_a_paper_that_both_ask_for_is_uploaded_once() -> None:
    paper = field("lease", "file", max=2)
    offer = whole(form_of(field("x"), paper), form_of(field("y"), paper))
    assert [share.names["lease"] for share in offer.shares] == ["lease", "lease"]
    assert offer.form.section("papers").when == "(a) or (b)"


def test_a_section_that_waits_for_an_items_answer_comes_after_it() -> None:
    tangled = parse(
        {
            "sections": ["details", {"name": "spouse", "when": "married"}, "later"],
            "fields": [field("married", "yes_no")],
            "section": [part("later", field("since", "date", when="spouse_name == 'x'"))],
        }
    )
    offer = whole(tangled, form_of(field("y"), sections=("contact",)))
    order = [name for name, _fields in names(offer)]
    assert order.index("one") < order.index("spouse") < order.index("one-more")


def test_conditions_that_wait_for_each_other_make_no_form() -> None:
    def one_way(first: str, then: str) -> Form:
        asked = "contact_phone" if first == "contact" else "home_address"
        return parse({"sections": [first, {"name": then, "when": f"{asked} == '1'"}], "fields": [field("x")]})

    with pytest.raises(FormError, match="wait for each other"):
        whole(one_way("contact", "address"), one_way("address", "contact"))


class Asked(ListedPrefiller):
    """Remembers for whom it was asked."""

    def ask(self, wanted: Any, *, authority: str, item: str, **more: Any) -> Any:
        self.asked.append((authority, item, *wanted))
        return {name: known for name, known in self.known.items() if name in wanted and authority == "12000b"}


@pytest.fixture
def bound() -> Iterator[list[Bound]]:
    """Offer two items that both want a person, a size that a register knows, and something of their own."""
    taken: list[Bound] = []

    def bind(bound: Bound, _actor: Actor, _now: datetime) -> Received:
        taken.append(bound)
        return Received("YJS-20261126-000001", "/services/")

    before = (ports.registered_offers(), ports.binder())
    form = form_of(SIZE, field("reason"), sections=("person", "contact"))
    ports.register_offers(ListedOffers({BUNDLE: whole(form, form)}))
    ports.register_binder(bind)
    yield taken
    ports.register_offers(before[0])
    ports.register_binder(before[1])


def begun(**chosen: str) -> uuid.UUID:
    return operations.begin_for(actor=actor("liu"), slug=BUNDLE, said=chosen, channel=PHONE, now=NOW)


def saved(draft: uuid.UUID, **said: Mapping[str, object]) -> None:
    revision = Draft.objects.get(pk=draft).revision
    operations.save_sections(actor=actor("liu"), draft_id=draft, revision=revision, said=said, now=NOW)


def sent(draft: uuid.UUID) -> str:
    revision = Draft.objects.get(pk=draft).revision
    return operations.send(actor=actor("liu"), draft_id=draft, revision=revision, now=NOW).number


def filled(draft: uuid.UUID, offer: Offer, *items: str, size: str = "3") -> None:
    signed = {"declared_true": "yes", "consented_to_checks": "yes", "signature": "刘志远"}
    own = {share.offer.slug: share.names for share in offer.shares}
    parts: dict[str, Mapping[str, object]] = {
        slug: {own[slug]["size"]: size, own[slug]["reason"]: slug} for slug in items
    }
    saved(draft, person={}, contact={"contact_phone": "13812345678"}, declaration=signed, **parts)


def the_offer() -> Offer:
    offer = ports.offer(BUNDLE, on=NOW.date())
    assert offer is not None
    return offer


@pytest.mark.django_db
def test_each_item_is_handed_its_own_answers_under_its_own_token(bound: list[Bound], receiver: NotedReceiver) -> None:
    draft = begun(a="yes", b="yes")
    filled(draft, the_offer(), "one", "two")
    assert sent(draft) == sent(draft) == "YJS-20261126-000001"
    assert [form.values["reason"] for form in receiver.taken] == ["one", "two"]
    assert [set(form.values) for form in receiver.taken] == [
        {"applicant_name", "applicant_id_number", "contact_phone", "size", "reason"}
    ] * 2
    tokens = {form.token for form in receiver.taken}
    assert len(tokens) == 2
    assert draft not in tokens
    assert bound == [Bound(BUNDLE, draft, PHONE, ("TST-20261126-000001", "TST-20261126-000002"))]


@pytest.mark.django_db
def test_what_was_not_chosen_is_not_handed_over(bound: list[Bound], receiver: NotedReceiver) -> None:
    draft = begun(a="no", b="yes")
    filled(draft, the_offer(), "one", "two")
    sent(draft)
    assert [form.item_slug for form in receiver.taken] == ["two"]


@pytest.mark.django_db
def test_a_refusal_names_its_item_and_leaves_everything_as_it_was(bound: list[Bound], receiver: NotedReceiver) -> None:
    draft = begun(a="yes", b="yes")
    filled(draft, the_offer(), "one", "two")
    receiver.refusal = "已有办件"
    with pytest.raises(FormsError, match=r"试办事项.*已有办件"):
        sent(draft)
    assert Draft.objects.get().is_open
    assert bound == []


@pytest.mark.django_db
def test_registers_are_asked_for_each_item_chosen_and_tell_its_authority_only(
    bound: list[Bound], receiver: NotedReceiver
) -> None:
    registers, before = Asked({"size": Known(4, "天津市民政局", NOW, "urn:uuid:1")}), ports.prefiller()
    ports.register_prefiller(registers)
    try:
        draft = begun(a="yes", b="yes")
        assert operations.prefill(actor=actor("liu"), draft_id=draft, now=NOW)
        assert [asked[:2] for asked in registers.asked] == [("12000a", "one"), ("12000b", "two")]
        filled(draft, the_offer(), "one", "two", size="5")
        sent(draft)
        assert [set(form.corrected) for form in receiver.taken] == [set(), {"size"}]
        registers.asked.clear()
        operations.prefill(actor=actor("liu"), draft_id=begun(a="yes", b="no"), now=NOW)
        assert [asked[:2] for asked in registers.asked] == [("12000a", "one")]
    finally:
        ports.register_prefiller(before)


def part(name: str, *fields: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "title": {"zh": "部分", "en": "Part"}, "fields": list(fields)}
