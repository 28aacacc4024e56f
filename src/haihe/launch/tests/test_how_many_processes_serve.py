"""As many processes serve the pages as cores and memory allow, unless somebody says how many."""

from pathlib import Path

import pytest

from haihe.launch import services
from haihe.launch.services import web, web_processes

GB = 10**9


@pytest.mark.parametrize(
    ("cores", "memory_gb", "processes"),
    [(1, 24, 1), (2, 24, 2), (2, 8, 2), (4, 8, 2), (8, 4, 1), (8, 2, 1), (64, 256, 4)],
    ids=str,
)
def test_one_a_core_where_there_is_memory_for_each(cores: int, memory_gb: int, processes: int) -> None:
    assert web_processes(cores=cores, memory_bytes=memory_gb * GB) == processes


@pytest.mark.parametrize("told", ["", "7"], ids=["unsaid", "said"])
def test_what_somebody_says_wins(told: str, tmp_path: Path) -> None:
    command = web(host="127.0.0.1", port=1, environment={"HAIHE_WEB_WORKERS": told}, log_dir=tmp_path).command
    assert command[command.index("--workers") + 1] == (told or str(web_processes()))


def test_pages_are_served_when_each_process_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = [True, False]
    turns = iter(range(1_000))
    monkeypatch.setattr(services, "responds", lambda _host, _port: started[next(turns) % 2])
    program = web(host="127.0.0.1", port=1, environment={"HAIHE_WEB_WORKERS": "2"}, log_dir=tmp_path)
    assert not program.answers()
    started[1] = True
    assert program.answers()
