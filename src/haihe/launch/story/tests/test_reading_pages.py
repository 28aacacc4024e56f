"""The demo reads a page as a person does: its words, its links, its forms as they would be sent."""

import pytest

from haihe.launch.story.pages import Page
from haihe.launch.story.stage import StoryFailed, check_page, number_after, uuid_in

PAGE = Page("""
<!doctype html><title>t</title><script>var hidden = "合格 9 行";</script>
<h1>收到 <b>1,234</b> 行</h1><p>合格</p><span>1,200</span> 行
<a href="/there/">there</a>
<form action="/first/"><input name="a"></form>
<form method="post" action="/send/?x=1">
  <input type="hidden" name="csrfmiddlewaretoken" value="t&amp;k"><input name="amount" value="5">
  <select name="item"><option value="one">1</option><option value="two" selected>2</option></select>
  <select name="first"><option value="x">x</option><option value="y">y</option></select>
  <input type="checkbox" name="informed"><input type="checkbox" name="kept" checked>
  <textarea name="note">as it was</textarea><input type="file" name="file">
  <button name="username" value="liu">进入</button>
</form>
""")


def test_a_form_holds_what_a_browser_would_send() -> None:
    form = PAGE.form("amount", "informed")
    assert form.action == "/send/?x=1"
    assert form.values == {
        "csrfmiddlewaretoken": "t&k",
        "amount": "5",
        "item": "two",
        "first": "x",
        "kept": "on",
        "note": "as it was",
    }
    assert form.buttons == [("username", "liu")]
    assert PAGE.form_to("/send/") is form
    with pytest.raises(LookupError, match="nowhere"):
        PAGE.form("nowhere")
    with pytest.raises(LookupError, match="elsewhere"):
        PAGE.form_to("elsewhere")


def test_words_are_those_one_sees() -> None:
    assert "收到 1,234 行" in PAGE.text
    assert "hidden" not in PAGE.text
    assert PAGE.links == ["/there/"]


def test_numbers_are_read_after_their_word() -> None:
    assert (number_after(PAGE, "收到"), number_after(PAGE, "合格")) == (1234, 1200)
    with pytest.raises(StoryFailed):
        number_after(PAGE, "退回")


def test_a_missing_word_fails_the_story_and_says_what_stands_there() -> None:
    check_page(PAGE, "收到")
    with pytest.raises(StoryFailed, match=r"(?s)准予提取.*收到"):
        check_page(PAGE, "收到", "准予提取")
    with pytest.raises(StoryFailed):
        uuid_in("no number")
