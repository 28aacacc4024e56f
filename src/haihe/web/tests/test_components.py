"""Components say what they mean without colour, escape what they are given, and work without script."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import Client, RequestFactory
from pytest_django import Settings

from haihe.web import components
from haihe.web.icons import UnknownIcon, icon_svg

EVIL = "<script>alert(1)</script>"


def render(text: str, **context: Any) -> str:
    return Template("{% load haihe %}" + text).render(Context(context))


@pytest.mark.parametrize(
    "text",
    [
        "{% figure evil 1 unit=evil hint=evil %}",
        "{% status 'DRAFT' evil %}",
        "{% empty evil hint=evil href='/' action=evil %}",
        "{% alert 'danger' title=evil %}{{ evil }}{% endalert %}",
        "{% stepper list 1 %}",
        "{% progress evil 1 2 %}",
        "{% masked evil evil %}",
        "{% icon 'home' evil %}",
    ],
)
def test_what_is_given_is_escaped(text: str) -> None:
    written = render(text, evil=EVIL, list=[EVIL])
    assert EVIL not in written
    assert "&lt;script&gt;" in written


def test_a_figure_that_is_not_connected_says_so_and_a_zero_is_a_zero() -> None:
    assert "尚未接入" in render("{% figure '视频' none %}", none=None)
    assert 'value="0"' in render("{% figure '视频' 0 %}")


def test_a_state_nobody_listed_is_neutral() -> None:
    assert components.tone_of("SOMETHING_NEW") == "neutral"
    assert components.tone_of("NO_MATCH") == "danger"
    assert "hh-warning" in render("{% status 'UNKNOWN' '无法确认' %}")


def test_a_stepper_tells_the_current_step_to_screen_readers() -> None:
    written = render("{% stepper steps 2 %}", steps=["一", "二", "三"])
    assert written.count('aria-current="step"') == 1
    assert written.count("已完成") == 1


def test_a_masked_value_without_the_plain_one_cannot_be_opened() -> None:
    assert "<details" not in render("{% masked '120***' %}")


def test_the_pager_keeps_the_filters() -> None:
    request = RequestFactory().get("/", {"q": "低保", "page": "2"})
    page = Paginator(range(50), 10).get_page(2)
    written = render("{% pager page %}", page=page, request=request)
    assert "?q=%E4%BD%8E%E4%BF%9D&amp;page=3" in written
    assert "共 50 条" in written


def test_a_time_line_takes_objects_and_dicts() -> None:
    events = [
        {"title": "提交", "at": None},
        SimpleNamespace(title="办结", at=None, detail="完成", tone="success", who=""),
    ]
    assert render("{% timeline events %}", events=events).count("<li") == 2


@pytest.mark.parametrize("name", ["no-such-icon", "../package", ""])
def test_an_icon_that_does_not_exist_is_a_mistake_of_the_page(name: str) -> None:
    with pytest.raises(UnknownIcon):
        icon_svg(name)


@pytest.mark.django_db
def test_the_living_page_is_there_in_the_demo_only(client: Client, settings: Settings) -> None:
    assert client.get("/ui/").status_code == 404
    settings.HAIHE = replace(settings.HAIHE, demo=True)
    assert client.get("/ui/?page=nonsense").status_code == 200
