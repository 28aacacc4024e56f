"""A foreign key is an import too: it points down the order of the storeys, or stays at home."""

from graphlib import TopologicalSorter

import pytest
from django.apps import apps
from django.db import models

from tests.contract.storeys import component_of, may_look_at


def relations() -> list[tuple[str, str, str]]:
    """Return (field, component it is in, component it points to) for every relation between two components of ours."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            target = field.related_model if isinstance(field, models.ForeignKey | models.ManyToManyField) else None
            if target and isinstance(target, type) and all("haihe." in m.__module__ for m in (model, target)):
                here, there = component_of(model.__module__), component_of(target.__module__)
                if here != there:
                    found.append((f"{model.__name__}.{field.name}", here, there))
    return found


def test_every_relation_between_components_points_down() -> None:
    upward = [name for name, here, there in relations() if may_look_at(there, from_=here) is False]
    assert upward == []


def test_siblings_do_not_point_at_each_other_in_a_ring() -> None:
    pointed: dict[str, set[str]] = {}
    for _, here, there in relations():
        pointed.setdefault(here, set()).add(there)
    TopologicalSorter(pointed).prepare()  # raises CycleError


@pytest.mark.parametrize(
    ("here", "there", "allowed"),
    [
        ("haihe.platforms.services", "haihe.data.sharing", True),
        ("haihe.data.sharing", "haihe.platforms.services", False),
        ("haihe.data.exchange", "haihe.data.sharing", True),
        ("haihe.data.sharing", "haihe.data.exchange", False),
        ("haihe.data.exchange", "haihe.data.matching", False),
        ("haihe.city", "haihe.base.accounts", True),
        ("haihe.base.accounts", "haihe.city", False),
        ("haihe.base.ledger", "haihe.base.accounts", None),
    ],
)
def test_the_order_is_the_order_of_the_imports(here: str, there: str, allowed: bool | None) -> None:
    assert may_look_at(there, from_=here) is allowed
