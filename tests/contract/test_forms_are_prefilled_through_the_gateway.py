"""What registers know is filled in: under real grants, through the real gateway; the demo's own registers too."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from haihe.base.accounts import demo as people_demo
from haihe.base.keys.api import keyring
from haihe.city.cast import CAST
from haihe.city.testing import load_departments
from haihe.data.catalogue import demo as catalogue_demo
from haihe.data.sharing import api as sharing
from haihe.data.sharing.demo.entries import RELIEF_DETAILS, RELIEF_STATUS
from haihe.data.sharing.testing import cast_actor, granted, open_relief_details
from haihe.gateway.loopback import Loopback
from haihe.gateway.testing import Person, relief_fields
from haihe.platforms.services.forms import operations, ports, queries
from haihe.platforms.services.forms.adapters.proving_papers import GatewayProver
from haihe.platforms.services.forms.adapters.registers import GatewayRegisters, GatewayRelations, platform_of
from haihe.platforms.services.forms.definition import Form, shared_sections
from haihe.platforms.services.forms.demo import plant
from haihe.platforms.services.forms.demo.entries import LIU_YUXUAN, ZHANG_COMPANY
from haihe.platforms.services.forms.fields import Prefill
from haihe.platforms.services.forms.models import Draft, PaperCheck
from haihe.platforms.services.forms.parts import Text
from haihe.platforms.services.forms.ports import DataQuestion, Known, Offer, PaperNote, Party, PartyKind, Proof
from haihe.platforms.services.forms.testing import SLUG, ListedOffers, actor, field, form_of, offer_of, signed_in
from tests.contract.test_sharing_speaks_the_gateways_language import policy
from tests.contract.test_trying_a_call import asking_at

pytestmark = pytest.mark.django_db
LIU = Person("120103197905121012", "刘志远", relief_fields() | {"household_size": 3})
SIZE = {"resource": "120012/000001", "item": "household_size"}
ASKS_SIZE = form_of(
    field("household_size", "number", min=1, max=15, prefill=SIZE), sections=("person", "details", "contact")
)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Loopback]:
    with Loopback(tmp_path, keyring=keyring(), people=[LIU]) as loopback, asking_at(loopback.url):
        yield loopback


@pytest.fixture(autouse=True)
def offers() -> Iterator[Callable[[Form], Offer]]:
    listed, before, asked = ListedOffers(), ports.registered_offers(), (ports.prefiller(), ports.relations())
    prover = ports.prover()
    ports.register_offers(listed)
    ports.register_prefiller(GatewayRegisters(platform_of))
    ports.register_relations(GatewayRelations(platform_of))
    ports.register_prover(GatewayProver(sharing.gateway_verifier))
    load_departments()

    def put(form: Form) -> Offer:
        made = offer_of(form)
        listed.listed[made.slug] = made
        return made

    put(ASKS_SIZE)
    yield put
    ports.register_offers(before)
    ports.register_prefiller(asked[0])
    ports.register_relations(asked[1])
    ports.register_prover(prover)


def allow(gateway: Loopback, *, item: str = SLUG, **changes: object) -> UUID:
    """Grant the size of the household for an item, and let the gateway know what the database holds."""
    now = timezone.now()
    open_relief_details(now=now)
    told = {"service": "relief-details", "claims": (), "fields": ("household_size",), "purpose": "FORM_TEST_ITEM"}
    grant = granted(now=now, item=item, **(told | changes))
    sharing.register_client(
        actor=cast_actor("steward_gjj"), organisation="120040", client_id="gjj-platform", title="平台",
        is_platform=True, now=now,
    )  # fmt: skip
    follow(gateway)
    return grant


def follow(gateway: Loopback) -> None:
    gateway.door.now = timezone.now().timestamp() + 1
    gateway.door.follow(policy())


def begun(username: str = "liu", **posted: str) -> tuple[Client, Draft]:
    phone = signed_in(Client(), username)
    assert phone.post(reverse("services_forms:guide", args=[SLUG]), posted).status_code == 302
    return phone, Draft.objects.get()


def known_in(draft: Draft, username: str = "liu") -> dict[str, object]:
    found = queries.standing(actor(username), draft, today=timezone.localdate())
    return {name: known.value for name, known in found.content.known.items()}


def test_what_a_granted_register_knows_stands_in_the_form_with_its_source_and_can_be_put_right(
    gateway: Loopback,
) -> None:
    allow(gateway)
    page = Client().get(reverse("services_forms:guide", args=[SLUG])).content.decode()
    assert "天津市民政局" in page
    assert "家庭人口" in page
    phone, draft = begun()
    (record,) = gateway.door.records()
    assert (record["kind"], record["fields"], record["case"]) == ("QUERY", ["household_size"], f"form:{draft.pk}")
    section = reverse("services_forms:section", args=[draft.pk, "details"])
    page = phone.get(section).content.decode()
    assert 'value="3"' in page
    assert "来自天津市民政局，截至" in page
    phone.post(section, {"revision": draft.revision, "household_size": "4", "action": "next"})
    assert "（部门登记为 3，您已改正）" in phone.get(section).content.decode()
    draft.refresh_from_db()
    found = queries.standing(actor("liu"), draft, today=timezone.localdate())
    assert found.content.known["household_size"].evidence == record["evidence"]
    assert found.content.corrected(found.values) == ("household_size",)


def test_where_one_grant_gives_all_and_a_newer_one_a_part_the_register_is_asked_once(
    gateway: Loopback, offers: Callable[[Form], Offer]
) -> None:
    kind = field("relief_type", "text", prefill=SIZE | {"item": "relief_type"})
    offers(
        form_of(kind, field("household_size", "number", min=1, max=15, prefill=SIZE), sections=("person", "details"))
    )
    allow(gateway, fields=("relief_type", "household_size"))
    granted(
        now=timezone.now(), item=SLUG, service="relief-details", claims=(), fields=("relief_type",), purpose="FOLLOWING"
    )
    follow(gateway)
    page = Client().get(reverse("services_forms:guide", args=[SLUG])).content.decode()
    assert "救助类型、家庭人口" in page
    begun()
    (record,) = gateway.door.records()
    assert sorted(record["fields"]) == ["household_size", "relief_type"]


def test_a_grant_for_another_item_opens_nothing(gateway: Loopback) -> None:
    allow(gateway, item="another-item")
    _phone, draft = begun()
    assert known_in(draft) == {}
    assert gateway.door.records() == []


def test_a_grant_that_was_suspended_opens_nothing(gateway: Loopback) -> None:
    grant = allow(gateway)
    sharing.suspend_grant(
        actor=cast_actor("approver_mzj"), grant_id=grant, reason="超范围使用，先行暂停",
        put_right_by=timezone.localdate() + timedelta(days=5), now=timezone.now(),
    )  # fmt: skip
    follow(gateway)
    _phone, draft = begun()
    assert known_in(draft) == {}
    assert gateway.door.records() == []


def test_whoever_would_rather_type_is_not_asked_about(gateway: Loopback) -> None:
    allow(gateway)
    _phone, draft = begun(ask="no")
    assert known_in(draft) == {}
    assert gateway.door.records() == []
    assert not operations.prefill(actor=actor("liu"), draft_id=draft.pk, now=timezone.now())


def test_a_stranger_to_the_register_types_and_the_ledger_knows_of_the_question(gateway: Loopback) -> None:
    allow(gateway)
    phone, draft = begun("zhang")
    assert known_in(draft, "zhang") == {}
    assert [record["answer"] for record in gateway.door.records()] == ["NOT_FOUND"]
    assert phone.get(reverse("services_forms:section", args=[draft.pk, "details"])).status_code == 200


def test_a_gateway_that_is_away_keeps_nobody_from_beginning(gateway: Loopback) -> None:
    allow(gateway)
    with asking_at("http://127.0.0.1:9"):
        phone, draft = begun()
        assert known_in(draft) == {}
        assert phone.get(reverse("services_forms:resume", args=[draft.pk]), follow=True).status_code == 200


def offer_with_a_provable_paper(offers: Callable[[Form], Offer]) -> None:
    known = ports.registered_offers()
    assert isinstance(known, ListedOffers)
    text = Text(zh="是否在低保名册上", en="whether on relief")
    question = DataQuestion("relief-status", "on_relief", "FORM_TEST_ITEM", "120012", text, text, text)
    paper = PaperNote(Text(zh="低保证明", en="Proof of relief"), text, True, "relief-proof", question=question)
    known.listed[SLUG] = replace(offers(ASKS_SIZE), papers=(paper,))


def test_what_stands_in_for_a_paper_is_asked_by_a_click_and_is_in_the_ledger_first(
    gateway: Loopback, offers: Callable[[Form], Offer]
) -> None:
    allow(gateway, service="relief-status", claims=("on_relief",), fields=())
    offer_with_a_provable_paper(offers)
    phone = signed_in(Client(), "liu")
    assert "天津市民政局" in phone.get(reverse("services_forms:guide", args=[SLUG])).content.decode()
    assert gateway.door.records() == []
    page = phone.post(reverse("services_forms:papers", args=[SLUG]), follow=True).content.decode()
    (record,) = gateway.door.records()
    assert (record["kind"], record["service"]) == ("VERIFY", "relief-status")
    assert record["case"] == f"guide:{PaperCheck.objects.get().pk}"
    told = {"MATCH": "不用带，数据已证明", "NO_MATCH": "请带原件", "UNKNOWN": "提交后由数据核验"}
    assert told[str(record["answer"])] in page


def test_a_gateway_that_is_away_proves_no_paper_and_says_so(gateway: Loopback, offers: Callable[[Form], Offer]) -> None:
    allow(gateway, service="relief-status", claims=("on_relief",), fields=())
    offer_with_a_provable_paper(offers)
    with asking_at("http://127.0.0.1:9"):
        page = signed_in(Client(), "liu").post(reverse("services_forms:papers", args=[SLUG]), follow=True)
    assert "现在没有部门答复" in page.content.decode()
    assert not PaperCheck.objects.exists()


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[Loopback]:
    """The demo's registers fed for real, its services and grants, and a gateway that reads the indexes."""
    now = timezone.now()
    people_demo.plant(CAST, now=now, keyring=keyring())
    catalogue_demo.plant(scale=0.0005, now=now, progress=lambda *_: None)
    for service in (RELIEF_STATUS, RELIEF_DETAILS):
        sharing.open_service(actor=cast_actor("steward_mzj"), service=service, now=now)
    with override_settings(HAIHE=replace(settings.HAIHE, data_dir=tmp_path)):
        plant(scale=0.0005, now=now, progress=lambda *_: None)
        plant(scale=0.0005, now=now, progress=lambda *_: None)
        with Loopback(tmp_path, keyring=keyring(), people=[LIU]) as loopback, asking_at(loopback.url):
            loopback.door.indexes.extend(policy().indexes)
            follow(loopback)
            yield loopback


def proof_of(relation: str, acts: Party, for_whom: Party, *, authority: str, item: str) -> Proof | None:
    asked = ports.relations()
    assert asked is not None
    told = {"authority": authority, "item": item, "case": "form:1", "now": timezone.now()}
    return asked.ask(relation, acts=acts, for_whom=for_whom, **told)  # type: ignore[arg-type]  # a table of words


def test_the_demos_registers_fill_in_homes_companies_and_say_who_may_act_for_whom(planted: Loopback) -> None:
    liu = Party(PartyKind.PERSON, "刘志远", str(LIU.id_number))
    zhang = Party(PartyKind.PERSON, "张晓梅", "120106198509233067")
    child = Party(PartyKind.PERSON, *LIU_YUXUAN)
    registers, now = ports.prefiller(), timezone.now()
    assert registers is not None
    home = shared_sections()["address"].fields[0].prefill
    company = {field.name: field.prefill for field in shared_sections()["legal-person"].fields if field.prefill}
    assert home is not None

    def told(wanted: dict[str, Prefill], authority: str, item: str, who: Party) -> dict[str, Known]:
        asked = {"id_number": who.number, "name": who.name, "case": "form:1"}
        return dict(registers.ask(wanted, authority=authority, item=item, now=now, **asked))

    homes = {"home_division": home}
    street = told(homes, "120017", "rent-allowance", liu)["home_division"]
    assert (street.value, street.source) == ("120103001000", "天津市公安局")
    assert told(homes, "120017", "public-rental-housing", liu) == {}
    whole = told(company, "120018", "outdoor-advertising", zhang)
    assert (whole["organisation_name"].value, whole["credit_code"].value) == ZHANG_COMPANY
    assert len({one.evidence for one in whole.values()}) == 1

    school = {"authority": "120030", "item": "disability-card"}
    is_parent, is_none = (proof_of("GUARDIAN", one, child, **school) for one in (liu, zhang))
    assert is_parent is not None
    assert is_none is not None
    assert (is_parent.holds, is_none.holds) == (True, False)
    ads = {"authority": "120018", "item": "outdoor-advertising"}
    theirs = Party(PartyKind.ORGANISATION, *ZHANG_COMPANY)
    holds = proof_of("LEGAL_REPRESENTATIVE", zhang, theirs, **ads)
    assert holds is not None
    assert holds.holds
    assert proof_of("LEGAL_REPRESENTATIVE", liu, theirs, **ads) is None
    assert proof_of("GUARDIAN", liu, child, authority="120017", item="rent-allowance") is None
    assert all(record["case"] == "form:1" for record in planted.door.records())
