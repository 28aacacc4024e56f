"""The contract "neighbours meet at api.py" sees what it should, and only that."""

import pytest
from grimp import ImportGraph

from tests.contract.neighbours import NeighboursMeetAtApi


def breaches(importer: str, imported: str) -> int:
    graph = ImportGraph()
    for module in (importer, imported, "haihe.data.sharing", "haihe.data.catalogue"):
        graph.add_module(module)
    graph.add_import(importer=importer, imported=imported, line_number=1, line_contents="import it")
    contract = NeighboursMeetAtApi(
        "neighbours",
        session_options={},
        contract_options={"components": ["haihe.data.*"], "demo_users": [r"^haihe\.(launch|cli)\.", r"\.demo(\.|$)"]},
    )
    return len(contract.check(graph, verbose=False).metadata["breaches"])


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("haihe.data.sharing.operations", "haihe.data.catalogue.models"),
        ("haihe.data.sharing.operations", "haihe.data.catalogue"),
        ("haihe.data.sharing.operations", "haihe.data.catalogue.apiary"),
        ("haihe.data.sharing.operations", "haihe.data.catalogue.demo"),
        ("haihe.data.sharing.operations", "haihe.data.catalogue.testing"),
        ("haihe.launch.seed", "haihe.data.catalogue.queries"),
        ("haihe.web.urls", "haihe.data.catalogue.views"),
    ],
)
def test_a_side_door_is_a_breach(importer: str, imported: str) -> None:
    assert breaches(importer, imported) == 1


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("haihe.data.sharing.operations", "haihe.data.catalogue.api"),
        ("haihe.data.sharing.operations", "haihe.data.sharing.models"),
        ("haihe.data.sharing.tests.test_requests", "haihe.data.catalogue.testing"),
        ("haihe.data.sharing.testing", "haihe.data.catalogue.testing"),
        ("haihe.launch.seed", "haihe.data.catalogue.demo"),
        ("haihe.data.sharing.demo", "haihe.data.catalogue.demo.plant"),
    ],
)
def test_the_front_door_and_tests_are_not(importer: str, imported: str) -> None:
    assert breaches(importer, imported) == 0
