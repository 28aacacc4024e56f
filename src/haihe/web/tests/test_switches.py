"""Chinese until somebody chooses English; large type for who wants it; strict headers for all."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_city_speaks_chinese_whatever_the_browser_announces(client: Client) -> None:
    page = client.get("/sign-in/", headers={"Accept-Language": "en-US,en"})
    assert '<html lang="zh-Hans"' in page.text


def test_english_is_chosen_by_a_button_and_remembered(client: Client) -> None:
    answer = client.post("/language/", {"language": "en", "next": "/sign-in/"})
    assert answer["Location"] == "/sign-in/"
    assert answer.cookies["haihe_language"].value == "en"
    assert '<html lang="en"' in client.get("/sign-in/").text


@pytest.mark.parametrize("value", ["xx", "../..", "", "zh-hans"])
def test_a_language_we_do_not_have_is_chinese(client: Client, value: str) -> None:
    client.cookies["haihe_language"] = value
    assert '<html lang="zh-Hans"' in client.get("/sign-in/").text


def test_large_type_is_switched_on_and_off(client: Client) -> None:
    answer = client.post("/care/", {"on": "1", "next": "/sign-in/"})
    assert answer["Location"] == "/sign-in/"
    assert 'class="care"' in client.get("/sign-in/").text
    client.post("/care/", {"on": "0"})
    assert 'class="care"' not in client.get("/sign-in/").text


def test_the_switch_leads_to_no_other_site(client: Client) -> None:
    assert client.post("/care/", {"on": "1", "next": "https://evil.example/"})["Location"] == "/"


def test_pages_allow_nothing_from_elsewhere_and_nothing_inline(client: Client) -> None:
    page = client.get("/sign-in/")
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Referrer-Policy"] == "same-origin"
    assert "style=" not in page.text
    assert "onclick" not in page.text
