"""Before one begins: what is held is counted, a register is asked only by whoever agreed, and nobody sees another's."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from haihe.city import cast
from haihe.city.testing import load_departments
from haihe.platforms.services.forms import operations, ports
from haihe.platforms.services.forms.definition import Form
from haihe.platforms.services.forms.models import Draft, PaperCheck
from haihe.platforms.services.forms.papers import found_for
from haihe.platforms.services.forms.parts import Text
from haihe.platforms.services.forms.ports import WINDOW, DataQuestion, HeldCertificate, Offer, PaperNote
from haihe.platforms.services.forms.testing import SLUG, ListedProver, actor, field, form_of, signed_in

pytestmark = pytest.mark.django_db
GUIDE = f"/services/apply/{SLUG}/"
RELIEF = DataQuestion(
    service="relief-status",
    claim="on_relief",
    purpose="TESTS",
    source="120012",
    asks=Text(zh="今天是否在低保名册上", en="whether on relief today"),
    yes=Text(zh="在低保名册上", en="on relief"),
    no=Text(zh="名册上没有查到", en="not on relief"),
)


def paper(slug: str, **more: object) -> PaperNote:
    note = PaperNote(Text(zh=f"材料 {slug}", en=slug), Text(zh="说明。", en="A note."), is_spared=False, slug=slug)
    return replace(note, **more)  # type: ignore[arg-type]  # a table of words


PAPERS = (
    paper("id-card"),
    paper("relief-proof", is_spared=True, question=RELIEF),
    paper("disability-card", is_spared=True, by_certificate=True),
    paper("promise", is_spared=True),
)


@pytest.fixture(autouse=True)
def offer(offers: Callable[[Form], Offer]) -> Offer:
    load_departments()
    made = replace(offers(form_of(field("why"))), papers=PAPERS)
    known = ports.registered_offers()
    assert known is not None
    known.listed[SLUG] = made  # type: ignore[attr-defined]  # the test's own list
    return made


@pytest.fixture(autouse=True)
def prover() -> Iterator[ListedProver]:
    listed, before = ListedProver({"relief-status": "MATCH"}), ports.prover()
    ports.register_prover(listed)
    yield listed
    ports.register_prover(before)


@pytest.fixture
def card() -> Iterator[HeldCertificate]:
    """What Mr Liu holds, and nobody else."""
    held, before = HeldCertificate("残疾人证", "120103-1", "/services/certificates/1/"), ports.holdings()
    ports.register_holdings(lambda who, _now: {"disability-card": held} if who.name == cast.LIU.name else {})
    yield held
    ports.register_holdings(before)


def asked_for(client: Client) -> str:
    return client.post(reverse("services_forms:papers", args=[SLUG]), follow=True).content.decode()


def test_nobody_is_asked_about_by_looking(client: Client, prover: ListedProver) -> None:
    assert "按您的情况" not in client.get(GUIDE).content.decode()
    page = signed_in(client, "liu").get(GUIDE).content.decode()
    assert "按您的情况：1 份材料不用带，2 份要准备，还有 1 份可以查数据代替。" in page
    assert "没有查到电子证照，请带原件" in page
    assert "今天是否在低保名册上" in page
    assert "依据：条例第二十条" in page
    assert prover.asked == []
    assert not PaperCheck.objects.exists()


def test_whoever_agrees_is_told_what_data_proves_for_them_and_asked_once_a_day(
    client: Client, prover: ListedProver
) -> None:
    page = asked_for(signed_in(client, "liu"))
    check = PaperCheck.objects.get()
    assert prover.asked == [("relief-status", cast.LIU.id_number, f"guide:{check.pk}")]
    assert b"MATCH" not in bytes(check.sealed_answers)
    assert "不用带，数据已证明" in page
    assert "天津市民政局的数据，截至 2026-11-26" in page
    assert "在低保名册上" in page
    assert "按您的情况：2 份材料不用带，2 份要准备。" in page
    assert "同意查询" not in page
    asked_for(client)
    assert len(prover.asked) == 1
    assert not Draft.objects.exists()


def test_what_data_does_not_prove_is_brought(client: Client, prover: ListedProver) -> None:
    prover.says["relief-status"] = "NO_MATCH"
    page = asked_for(signed_in(client, "liu"))
    assert "数据没有证明，请带原件" in page
    assert "名册上没有查到" in page
    assert "1 份材料不用带，3 份要准备。" in page


def test_a_register_that_does_not_know_leaves_it_to_the_case(client: Client, prover: ListedProver) -> None:
    prover.says["relief-status"] = "UNKNOWN"
    assert "提交后由数据核验，查不到的再补" in asked_for(signed_in(client, "liu"))


def test_a_gateway_that_is_away_is_told_and_may_be_asked_again(client: Client, prover: ListedProver) -> None:
    prover.says.clear()
    assert "现在没有部门答复" in asked_for(signed_in(client, "liu"))
    prover.says["relief-status"] = "MATCH"
    assert "数据已证明" in asked_for(client)


def test_what_no_grant_allows_is_neither_offered_nor_asked(client: Client, prover: ListedProver) -> None:
    prover.is_granted = False
    assert "同意查询" not in signed_in(client, "liu").get(GUIDE).content.decode()
    asked_for(client)
    assert prover.asked == []


def test_what_one_holds_needs_no_question(client: Client, prover: ListedProver, card: HeldCertificate) -> None:
    page = signed_in(client, "liu").get(GUIDE).content.decode()
    other = signed_in(Client(), "zhang").get(GUIDE).content.decode()
    assert "不用带，您有电子证照" in page
    assert f'href="{card.url}"' in page
    assert "您有电子证照" not in other
    assert prover.asked == []


def test_what_was_found_out_is_ones_own_and_for_a_day(client: Client) -> None:
    asked_for(signed_in(client, "liu"))
    assert "数据已证明" not in signed_in(Client(), "zhang").get(GUIDE).content.decode()
    later = timezone.now() + timedelta(days=1, seconds=1)
    assert found_for(actor("liu"), SLUG, now=later) is None
    assert operations.forget_checks(now=later) == 1
    assert not PaperCheck.objects.exists()


@pytest.mark.parametrize("username", ["clerk_gjj", "steward_mzj", "operator"])
def test_only_a_citizen_asks_and_only_about_themselves(client: Client, prover: ListedProver, username: str) -> None:
    address = reverse("services_forms:papers", args=[SLUG])
    assert client.post(address).status_code == 302
    assert signed_in(client, username).post(address).status_code == 403
    assert client.get(address).status_code == 405
    assert prover.asked == []


def test_an_item_that_is_not_handled_on_the_phone_asks_nothing(
    client: Client, prover: ListedProver, offer: Offer
) -> None:
    known = ports.registered_offers()
    known.listed[SLUG] = replace(offer, channels=frozenset({WINDOW}))  # type: ignore[union-attr]  # the test's own
    assert signed_in(client, "liu").post(reverse("services_forms:papers", args=[SLUG])).status_code == 404
    assert signed_in(client, "liu").post(reverse("services_forms:papers", args=["no-item"])).status_code == 404
    assert prover.asked == []
