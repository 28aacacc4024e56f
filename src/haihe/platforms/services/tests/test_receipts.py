"""受理回执: printed for every case; its QR code leads to how far the case is, and to nothing personal."""

import re

import pytest
from django.test import Client

from haihe.city import cast
from haihe.platforms.services import receipts
from haihe.platforms.services.certificates.guarding import PER_ADDRESS
from haihe.platforms.services.testing import opened, opened_by, signed_in
from haihe.platforms.services.tests.test_supplements import opened as opened_with_a_form

pytestmark = pytest.mark.django_db


def _progress(number: str) -> str:
    return f"/services/receipts/{number}/{receipts.token_of(number)}/"


def test_the_applicant_prints_it(client: Client) -> None:
    number = opened()
    page = signed_in(client, "liu").get(f"/services/cases/{number}/receipt/").content.decode()
    assert number in page
    assert "低保家庭提取住房公积金" in page
    assert re.search(r"<svg[^>]*>.*办理进度.*</svg>", page, re.DOTALL)
    assert cast.LIU.name not in page.replace('aria-label="刘志远"', "").split("<main")[1].split("</main>")[0]


def test_the_desk_prints_it_for_every_case(client: Client) -> None:
    signed_in(client, "clerk_gjj")
    assert client.get(f"/services/desk/cases/{opened()}/receipt/").status_code == 200
    other = opened_by("plain")
    assert client.get(f"/services/desk/cases/{other}/receipt/").status_code == 404
    assert signed_in(Client(), "clerk_scjg").get(f"/services/desk/cases/{other}/receipt/").status_code == 200


def test_what_was_signed_by_hand_is_drawn_on_it_and_at_the_desk() -> None:
    number = opened_with_a_form(signed="drawn:100,80 300,92;300,60 302,180").number
    line = 'points="300,60 302,180"'
    desk = signed_in(Client(), "clerk_scjg")
    assert line in desk.get(f"/services/desk/cases/{number}/receipt/").content.decode()
    told = desk.get(f"/services/desk/cases/{number}/").content.decode()
    assert line in told
    assert "drawn:" not in told


def test_another_persons_receipt_doesnt_exist(client: Client) -> None:
    number = opened()
    assert signed_in(client, "zhang").get(f"/services/cases/{number}/receipt/").status_code == 404


def test_whoever_has_it_sees_how_far_the_case_is_and_no_more(client: Client) -> None:
    number = opened()
    page = client.get(_progress(number))
    told = page.content.decode()
    assert page.status_code == 200
    assert number in told
    assert "低保家庭提取住房公积金" in told
    assert "已提交" in told
    for secret in (cast.LIU.name, "刘*远", str(cast.LIU.id_number), "12,000", "12000"):
        assert secret not in told
    assert page["Referrer-Policy"] == "no-referrer"


def test_a_guessed_token_shows_nothing(client: Client) -> None:
    number = opened()
    other = opened("zhang")
    for token in ("0" * 26, receipts.token_of(other), "x"):
        answer = client.get(f"/services/receipts/{number}/{token}/")
        assert answer.status_code == 404
        assert "低保家庭" not in answer.content.decode()


def test_who_runs_through_numbers_is_locked_out(client: Client) -> None:
    number = opened()
    for _try in range(PER_ADDRESS):
        client.get(f"/services/receipts/{number}/{'0' * 26}/")
    assert client.get(_progress(number)).status_code == 429
