"""The demo city is planted in the order in which its parts need each other."""

import importlib
import inspect
from pathlib import Path

from haihe.launch.seed import COMPONENTS

SOURCE = Path(__file__).parents[2]


def test_every_demo_is_named_and_takes_what_we_give() -> None:
    for module, _ in COMPONENTS:
        parameters = inspect.signature(importlib.import_module(module).plant).parameters
        assert set(parameters) == {"scale", "now", "progress"}, module
        assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters.values()), module


def test_no_demo_is_forgotten() -> None:
    files = [*SOURCE.rglob("demo.py"), *SOURCE.rglob("demo/__init__.py")]
    found = {
        ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
        for path in files
        if "cli" not in path.parts and "launch" not in path.parts
    }
    assert found - {"haihe.base.accounts.demo"} - {module for module, _ in COMPONENTS} == set()
