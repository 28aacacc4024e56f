"""A signature is a typed name or strokes by hand: either will do, and what is no drawing of a pad is refused."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haihe.city.testing import load_departments
from haihe.platforms.services.forms import strokes
from haihe.platforms.services.forms.content import content_of
from haihe.platforms.services.forms.definition import Form, clean
from haihe.platforms.services.forms.models import Draft
from haihe.platforms.services.forms.ports import Offer
from haihe.platforms.services.forms.showing import said, shown, signature_drawn
from haihe.platforms.services.forms.testing import SLUG, TODAY, NotedReceiver, field, form_of, signed_in

DRAWN = "drawn:100,80 130,84 300,92;300,60 302,180;500,200"
FORM = form_of(field("signature", "signature"))
POINTS = st.tuples(st.integers(0, strokes.WIDTH), st.integers(0, strokes.HEIGHT))
STROKES = st.lists(st.lists(POINTS, min_size=1, max_size=6), min_size=1, max_size=4)


def text_of(drawn: list[list[tuple[int, int]]]) -> str:
    return "drawn:" + ";".join(" ".join(f"{x},{y}" for x, y in stroke) for stroke in drawn)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STROKES)
def test_what_a_pad_sends_is_read_as_it_was_drawn_by_form_and_schema_alike(drawn: list[list[tuple[int, int]]]) -> None:
    text = text_of(drawn)
    found = strokes.drawing_of(text)
    assert found is not None
    assert [list(stroke) for stroke in found.strokes] == drawn
    cleaned = clean(FORM, {"signature": text}, today=TODAY)
    is_taken = found.length >= strokes.LEAST_LENGTH
    assert cleaned.values == ({"signature": text} if is_taken else {})
    assert FORM.accepts({"signature": text}, today=TODAY) is is_taken


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("drawn:", id="no stroke"),
        pytest.param("drawn:10,10 11,11", id="a dot"),
        pytest.param("drawn:0,0 1001,0", id="beside the sheet"),
        pytest.param("drawn:0,401 999,0", id="below the sheet"),
        pytest.param("drawn:0,0 -5,300", id="before the sheet"),
        pytest.param("drawn:0,0  900,0", id="two spaces"),
        pytest.param("drawn:00,0 900,0", id="written in another way"),
        pytest.param("drawn:0,0 900,0;", id="an open end"),
        pytest.param("drawn:0,0 1e2,0", id="another number"),
        pytest.param("drawn:٠,0 ٩٠٠,0", id="other digits"),
        pytest.param("drawn:0,0 900,0\n", id="a line end"),
        pytest.param('drawn:0,0 900,0"/><script>alert(1)</script>', id="mark-up"),
        pytest.param("drawn:" + ";".join(["0,0 900,0"] * (strokes.MOST_STROKES + 1)), id="too many strokes"),
        pytest.param("drawn:" + " ".join(["0,0", "9,0"] * (strokes.MOST_POINTS // 2 + 1)), id="too many points"),
        pytest.param("drawn:" + "9" * 1_000_000, id="too long"),
        pytest.param("ｄｒａｗｎ:1,2", id="wide letters that become narrow"),
    ],
)
def test_what_no_pad_sends_is_refused(typed: str) -> None:
    cleaned = clean(FORM, {"signature": typed}, today=TODAY)
    assert cleaned.values == {}
    assert "输入本人姓名" in cleaned.errors[("signature",)]
    assert not FORM.accepts({"signature": typed}, today=TODAY)


def test_the_most_that_a_pad_holds_is_taken() -> None:
    full = "drawn:" + " ".join(["1000,400", "999,399"] * (strokes.MOST_POINTS // 2))
    assert clean(FORM, {"signature": full}, today=TODAY).values == {"signature": full}


def test_it_is_shown_as_lines_that_the_server_writes_and_never_as_the_text() -> None:
    asked, values = FORM.field("signature"), {"signature": DRAWN}
    assert said(asked, DRAWN) == "手写签名"
    ((line,),) = [section.lines for section in shown(FORM, values)]
    assert line.drawing is not None
    assert line.drawing.lines == ("100,80 130,84 300,92", "300,60 302,180", "500,200 500,200")
    assert signature_drawn(FORM, values) == line.drawing
    assert signature_drawn(FORM, {"signature": "刘志远"}) is None
    ((typed,),) = [section.lines for section in shown(FORM, {"signature": "刘志远"})]
    assert (typed.value, typed.drawing) == ("刘志远", None)


@pytest.fixture
def phone(client: Client, offers: Callable[[Form], Offer]) -> Client:
    load_departments()
    offers(form_of(field("why"), sections=("person", "details", "declaration")))
    return signed_in(client, "liu")


def signing(phone: Client, **signature: str) -> Draft:
    """Fill everything in and sign with these inputs."""
    phone.post(reverse("services_forms:guide", args=[SLUG]))
    draft = Draft.objects.get()
    agreed = {"declared_true": "yes", "consented_to_checks": "yes"}
    for section, typed in (("person", {}), ("details", {"why": "搬家"}), ("declaration", agreed | signature)):
        draft.refresh_from_db()
        address = reverse("services_forms:section", args=[draft.pk, section])
        phone.post(address, {"revision": draft.revision, "action": "next"} | typed)
    draft.refresh_from_db()
    return draft


def sent(phone: Client, draft: Draft) -> str:
    answer = phone.post(reverse("services_forms:check", args=[draft.pk]), {"revision": draft.revision}, follow=True)
    return answer.content.decode()


@pytest.mark.django_db
def test_a_drawn_signature_is_sealed_shown_before_sending_and_goes_with_the_application(
    phone: Client, receiver: NotedReceiver
) -> None:
    draft = signing(phone, **{"signature": "", "signature-drawn": DRAWN})
    assert content_of(draft).raw["signature"] == DRAWN
    assert b"drawn" not in bytes(draft.sealed_content)
    check = phone.get(reverse("services_forms:check", args=[draft.pk])).content.decode()
    assert 'points="300,60 302,180"' in check
    assert "drawn:" not in check
    page = phone.get(reverse("services_forms:section", args=[draft.pk, "declaration"])).content.decode()
    assert f'value="{DRAWN}"' in page
    assert "改用输入的姓名" in page
    assert "TST-20261126-000001" in sent(phone, draft)
    assert receiver.taken[0].values["signature"] == DRAWN


@pytest.mark.django_db
def test_a_name_typed_over_a_drawing_counts_and_has_to_be_ones_own(phone: Client, receiver: NotedReceiver) -> None:
    draft = signing(phone, **{"signature": "张晓梅", "signature-drawn": DRAWN})
    assert "签名应为 刘志远" in sent(phone, draft)
    draft = signing(phone, **{"signature": "刘志远", "signature-drawn": DRAWN})
    assert "TST-20261126-000001" in sent(phone, draft)
    assert receiver.taken[0].values["signature"] == "刘志远"


@pytest.mark.django_db
def test_a_pad_without_a_name_or_a_stroke_is_no_signature(phone: Client) -> None:
    draft = signing(phone, **{"signature": " ", "signature-drawn": ""})
    answer = phone.get(reverse("services_forms:check", args=[draft.pk]))
    assert answer["Location"].endswith("/declaration/")
