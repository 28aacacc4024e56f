"""The client's wheel: made without a network, put where Haihe isn't, and it asks a real gateway."""

import importlib.metadata as metadata
import json
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from haihe.client import Answer, AsyncHaihe
from haihe.gateway.loopback import Loopback
from haihe.gateway.testing import CLIENT, PURPOSE, SECRET, SERVICE
from haihe.gateway.tests.conftest import LIU, ZHANG
from haihe.kernel.keyring import Keyring

REPOSITORY = Path(__file__).parents[2]
SOURCE, PROJECT = REPOSITORY / "src", REPOSITORY / "clients" / "python"
ASK = f"""
import importlib.util, json, sys
from haihe.client import Haihe

with Haihe(sys.argv[1], {CLIENT!r}, {SECRET!r}) as haihe:
    one = haihe.verify({SERVICE!r}, {LIU.id_number!r}, purpose={PURPOSE!r}, case="ALONE-1")
    many = haihe.verify_many({SERVICE!r}, {[LIU.id_number, ZHANG]!r}, purpose={PURPOSE!r}, case="ALONE-2")
    told = [one.answer, *(line.answer for line in many)]
there = [name for name in ("django", "lmdb", "haihe.gateway", "haihe.data") if importlib.util.find_spec(name)]
print(json.dumps([told, there, sys.modules["haihe.client"].__file__]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it says it needs; gives its Python."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python3*/site-packages")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(packages)
        (described,) = [name for name in opened.namelist() if name.endswith("/METADATA")]
        needed = re.findall(r"^Requires-Dist: ([\w-]+)", opened.read(described).decode(), re.MULTILINE)
    for name in _with_what_they_need(needed):
        _lend(name, packages)
    return folder / "bin" / "python"


def _with_what_they_need(names: list[str]) -> set[str]:
    found: set[str] = set()
    while names:
        name = names.pop()
        if name not in found:
            found.add(name)
            # Extras are nothing the client needs, and markers that don't hold here name what isn't installed.
            needs = [need for need in metadata.requires(name) or () if "extra ==" not in need]
            names += [each for need in needs if _is_here(each := re.split(r"[^\w.-]", need)[0])]
    return found


def _is_here(name: str) -> bool:
    return any(metadata.Distribution.discover(name=name))


def _lend(name: str, packages: Path) -> None:
    distribution = metadata.distribution(name)
    for top in {file.parts[0] for file in distribution.files or () if file.parts[0] != ".."}:
        place = packages / top
        if not place.exists():
            place.symlink_to(Path(str(distribution.locate_file(top))))


def test_the_wheel_holds_the_whole_client_and_what_it_calls_of_the_kernel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if name.startswith("haihe/")}
        assert all(opened.read(name) == (SOURCE / name).read_bytes() for name in held)
    client = {str(path.relative_to(SOURCE)) for path in (SOURCE / "haihe/client").iterdir() if path.is_file()}
    assert {name for name in held if name.startswith("haihe/client/")} == client
    assert {"haihe/kernel/signing.py", "haihe/kernel/mac.py"} < held
    assert "haihe/__init__.py" not in held


def test_it_asks_a_gateway_where_nothing_else_of_haihe_is(elsewhere: Path, tmp_path: Path, keyring: Keyring) -> None:
    with Loopback(tmp_path, keyring=keyring, people=[LIU]) as gateway:
        command = [str(elsewhere), "-I", "-W", "error", "-c", ASK, gateway.url]
        asked = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert asked.returncode == 0, asked.stderr
    told, there, place = json.loads(asked.stdout)
    assert told == [Answer.MATCH, Answer.MATCH, Answer.NO_MATCH]
    assert there == []
    assert Path(place).is_relative_to(elsewhere.parents[1])


def test_its_read_me_asks_as_the_program_does() -> None:
    readme = (PROJECT / "README.md").read_text()
    for example in re.findall(r"```python\n(.+?)```", readme, re.DOTALL):
        compile(f"async def example():\n{re.sub('^', '    ', example, flags=re.MULTILINE)}", "README.md", "exec")
        for name in re.findall(r"haihe\.(\w+)\(", example):
            assert hasattr(AsyncHaihe, name), name
