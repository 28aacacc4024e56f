"""Each connector is a folder with the same contents and keeps one protocol."""

import importlib
from pathlib import Path

import msgspec
import pytest

from haihe.data.exchange.connectors.faults import KINDS, Fault, FetchFailed
from haihe.data.exchange.connectors.kinds import CONNECTORS, read_as
from haihe.data.exchange.connectors.ports import Leg

FOLDER = Path(__file__).parents[1]
NAMES = sorted(file.parent.name for file in FOLDER.glob("*/connector.py"))


def test_every_folder_is_registered_by_its_name() -> None:
    assert sorted(CONNECTORS) == NAMES
    assert {name: connector.name for name, connector in CONNECTORS.items()} == {name: name for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_its_folder_has_the_same_contents(name: str) -> None:
    module = importlib.import_module(f"haihe.data.exchange.connectors.{name}")
    assert "Check-list:" in (module.__doc__ or "")
    assert list((FOLDER / name / "tests").glob("test_*.py"))


@pytest.mark.parametrize("name", NAMES)
def test_its_settings_refuse_what_they_do_not_know_and_hold_no_secret(name: str) -> None:
    connector = CONNECTORS[name]
    for struct in (connector.settings, connector.secret):
        assert struct.__struct_config__.forbid_unknown_fields
        assert struct.__struct_config__.frozen
    settings, secret = msgspec.structs.fields(connector.settings), msgspec.structs.fields(connector.secret)
    assert not {field.name for field in settings} & {field.name for field in secret}
    assert not {field.name for field in settings} & {"password", "secret", "token", "private_key"}


@pytest.mark.parametrize("name", NAMES)
def test_its_legs_are_in_the_order_of_all(name: str) -> None:
    order = list(Leg)
    places = [order.index(leg) for leg in CONNECTORS[name].legs]
    assert places == sorted(set(places))
    assert places


def test_each_fault_has_a_leg_and_a_sentence_that_ends() -> None:
    assert set(KINDS) == set(Fault)
    assert all(kind.sentence.endswith("。") for kind in KINDS.values())


def test_settings_that_are_wrong_are_refused_without_repeating_them() -> None:
    connector = CONNECTORS["database"]
    with pytest.raises(FetchFailed) as failed:
        read_as(
            {"engine": "postgresql", "host": "h", "user": "u", "password": "hidden"},
            connector.settings,
        )
    assert failed.value.fault is Fault.SETTINGS_WRONG
    assert "hidden" not in failed.value.sentence
