"""A program of ours starts tied to us, tells how it died, and leaves nobody behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from haihe.launch.child import Child, Program, StartFailed


def program(folder: Path, code: str, **more: object) -> Program:
    return Program("sample", (sys.executable, "-c", code), folder / "logs" / "sample.log", **more)  # type: ignore[arg-type]  # keywords as the caller gives them


def wait_for(path: Path) -> str:
    deadline = time.monotonic() + 60
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return path.read_text()


def is_gone(pid: int) -> bool:
    deadline = time.monotonic() + 60
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_it_runs_until_it_is_asked_to_stop(tmp_path: Path) -> None:
    child = Child(program(tmp_path, "import time; time.sleep(60)"))
    child.start_and_wait()
    assert child.is_alive()
    assert child.stop(timeout_s=60)
    assert not child.is_alive()
    assert child.how_it_died() == "killed by SIGTERM"


def test_a_failed_start_shows_the_end_of_the_log(tmp_path: Path) -> None:
    child = Child(program(tmp_path, "print('the river is dry'); raise SystemExit(3)", answers=lambda: False))
    with pytest.raises(StartFailed, match=r"(?s)sample ended with code 3.*the river is dry"):
        child.start_and_wait()


def test_one_that_never_answers_is_given_up(tmp_path: Path) -> None:
    child = Child(program(tmp_path, "import time; time.sleep(60)", answers=lambda: False, patience_s=0.2))
    with pytest.raises(StartFailed, match="does not answer"):
        child.start_and_wait()
    child.stop(timeout_s=5)


def test_a_stubborn_one_is_killed(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    code = f"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({str(ready)!r}, 'w').write('x');"
    child = Child(program(tmp_path, code + "time.sleep(60)"))
    child.start()
    wait_for(ready)
    assert not child.stop(timeout_s=0.2)
    assert child.how_it_died() == "killed by SIGKILL"


def test_what_a_killed_one_left_running_is_ended(tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    code = f"import subprocess as s; p = s.Popen(['sleep', '60']); open({str(note)!r}, 'w').write(str(p.pid)); p.wait()"
    child = Child(program(tmp_path, code))
    child.start()
    grandchild = int(wait_for(note))
    psutil.Process(child.pid).kill()
    while child.is_alive():
        time.sleep(0.01)
    assert child.note_death() > 0
    assert is_gone(grandchild)


def test_pauses_grow_with_each_death_in_a_row(tmp_path: Path) -> None:
    child = Child(program(tmp_path, "pass"))
    pauses = []
    for _ in range(9):
        child.start()
        while child.is_alive():
            time.sleep(0.005)
        pauses.append(child.note_death())
    assert pauses == sorted(pauses)
    assert pauses[0] <= 1
    assert pauses[-1] == 30


@pytest.mark.skipif(sys.platform != "linux", reason="the tie is Linux's")
@pytest.mark.parametrize("disposition", ["SIG_DFL", "SIG_IGN"], ids=["at a terminal", "in a shell's background"])
def test_it_dies_with_a_parent_that_is_killed(tmp_path: Path, disposition: str) -> None:
    note = tmp_path / "pid"
    code = (
        f"import signal; signal.signal(signal.SIGINT, signal.{disposition});"
        "import time; from pathlib import Path; from haihe.launch.child import Child, Program;"
        f"c = Child(Program('s', ('sleep', '60'), Path({str(tmp_path / 'x.log')!r}), stop_signal=2)); c.start();"
        f"Path({str(note)!r}).write_text(str(c.pid)); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code])
    child = int(wait_for(note))
    while psutil.Process(child).name() != "sleep":
        time.sleep(0.01)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert is_gone(child)


def test_its_files_are_closed_to_others(tmp_path: Path) -> None:
    made = tmp_path / "made"
    child = Child(program(tmp_path, f"open({str(made)!r}, 'w').write('x')"))
    child.start()
    wait_for(made)
    child.stop(timeout_s=5)
    assert made.stat().st_mode & 0o077 == 0


def test_a_long_log_makes_room(tmp_path: Path) -> None:
    wanted = program(tmp_path, "print('new')")
    wanted.log.parent.mkdir()
    wanted.log.write_bytes(b"x" * 10_000_001)
    child = Child(wanted)
    child.start()
    assert wait_for(wanted.log).strip() == "new"
    child.stop(timeout_s=5)
    assert wanted.log.with_suffix(".log.old").stat().st_size == 10_000_001
