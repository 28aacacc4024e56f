"""A result can be saved as a certificate that anybody can check, and nobody can alter."""

import re

import pytest

from haihe.scoreday.certificates import NotGenuine
from haihe.scoreday.looking_up import Credentials
from haihe.scoreday.testing import SLUG, Hall, candidate
from haihe.scoreday.tests.test_waiting_in_line import place_on

ME = candidate(7)


def _written(hall: Hall) -> str:
    told = hall.score_day.look_up.look_up(hall.release, Credentials(ME.number, ME.id_number))
    hall.commits.commit()
    return hall.score_day.certificates.written(hall.release, told, Credentials(ME.number, ME.id_number), now=hall.now)


def test_from_the_result_one_press_leads_to_the_certificate(hall: Hall) -> None:
    result = hall.ask(ME.number, ME.id_number)
    certificate = hall.post({"place": place_on(result.body)}, path=f"/{SLUG}/certificate")
    assert certificate.status == 200
    assert b"<svg" in certificate.body
    assert f"{ME.values['total']} / 750" in certificate.body.decode()
    assert len(hall.records()) == 2


def test_whoever_scans_it_reads_the_same(hall: Hall) -> None:
    page = hall.get(f"/{SLUG}/verify", f"c={_written(hall)}")
    assert page.status == 200
    assert "这份成绩证明是真的" in page.body.decode()
    assert f"{ME.values['total']} / 750" in page.body.decode()
    assert ME.id_number not in page.body.decode()
    assert ME.id_number[-4:] in page.body.decode()


def test_checking_asks_no_register_and_works_after_the_release(hall: Hall) -> None:
    text = _written(hall)
    before = len(hall.records())
    hall.change(closes_at=hall.now - 1)
    assert hall.get(f"/{SLUG}/verify", f"c={text}").status == 200
    assert len(hall.records()) == before


@pytest.mark.parametrize("place", [0, 40, 90, -1])
def test_any_altered_letter_shows(hall: Hall, place: int) -> None:
    text = _written(hall)
    other = "A" if text[place] != "A" else "B"
    altered = (
        text[:place] + other + text[place + 1 :] if place >= 0 else text[:-3] + ("AAA" if text[-3:] != "AAA" else "BBB")
    )
    assert hall.get(f"/{SLUG}/verify", f"c={altered}").status == 422


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "%00", "e30.e30." + "A" * 86])
def test_what_is_no_certificate_is_told_so(hall: Hall, text: str) -> None:
    assert hall.get(f"/{SLUG}/verify", f"c={text}").status == 422
    with pytest.raises(NotGenuine):
        hall.score_day.certificates.read(hall.release, text)


def test_the_code_leads_to_this_release(hall: Hall) -> None:
    result = hall.ask(ME.number, ME.id_number)
    certificate = hall.post({"place": place_on(result.body)}, path=f"/{SLUG}/certificate").body.decode()
    assert re.search(r"<svg[^>]*>.*</svg>", certificate, re.DOTALL)
    link = re.search(rf'href="[^"]*(/{SLUG}/verify)\?(c=[\w.-]+)"', certificate)
    assert link is not None
    assert hall.get(link[1], link[2]).status == 200
