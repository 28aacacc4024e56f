"""The worker is one file for all, and says for whom it is."""

from haihe.base.offline.api import Kept, worker_response, worker_script

VISITS = Kept(name="visits", paths=r"^/visits/\w*$", fallback="/visits/", script="web/haihe.js", scope="/visits/")


def test_it_says_what_it_keeps_and_nothing_is_left_to_be_said() -> None:
    text = worker_script(VISITS)
    assert 'const NAME = "visits"' in text
    assert r'new RegExp("^/visits/\\w*$")' in text
    assert "const first = false ?" in text
    blanks = ("RELEASE", "KEPT PATHS", "OF FALLBACK", "IS_PUBLIC", "OF APPLICATION")
    assert not [word for word in blanks if word in text]


def test_browsers_ask_for_it_anew_and_learn_how_far_it_reaches() -> None:
    answer = worker_response(VISITS)
    assert answer["Cache-Control"] == "no-cache"
    assert answer["Service-Worker-Allowed"] == "/visits/"
    assert answer["Content-Type"].startswith("text/javascript")
