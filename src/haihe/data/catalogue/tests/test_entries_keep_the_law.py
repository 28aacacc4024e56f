"""An entry says what articles 12 to 15 ask for; the database itself refuses one that doesn't."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from haihe.base.accounts.api import NotPermitted
from haihe.data.catalogue import operations
from haihe.data.catalogue.demo.entries import ENTRIES, FAMILY_STATEMENTS, RELIEF_REGISTER, RELIEF_STANDARDS
from haihe.data.catalogue.errors import EntryRefused
from haihe.data.catalogue.models import Resource, ResourceEvent
from haihe.data.catalogue.records import NewItem, NewResource
from haihe.data.catalogue.testing import NOW, RELIEF, cast_actor, publish_entry

pytestmark = pytest.mark.django_db

ITEM = NewItem(name="a", title="甲", data_type="C")


def register(entry: NewResource) -> str:
    return operations.register_resource(actor=cast_actor("steward_mzj"), entry=entry, now=NOW)


def test_the_relief_register_gets_the_first_code_of_its_owner() -> None:
    assert publish_entry() == RELIEF
    assert publish_entry(RELIEF_STANDARDS) == "120012/000002"


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        (replace(RELIEF_REGISTER, sharing_scope=""), "sharing_scope"),
        (replace(RELIEF_REGISTER, sharing_purpose=" "), "sharing_purpose"),
        (replace(RELIEF_REGISTER, refusal_reason="不想"), "refusal_reason"),
        (replace(RELIEF_REGISTER, sharing_forms=()), "sharing_forms"),
        (replace(RELIEF_REGISTER, sharing_forms=("PIGEON",)), "sharing_forms"),
        (replace(RELIEF_STANDARDS, sharing_scope="仅限本局"), "sharing_scope"),
        (replace(FAMILY_STATEMENTS, refusal_basis=""), "refusal_basis"),
        (replace(FAMILY_STATEMENTS, sharing_forms=("FILE",)), "sharing_forms"),
        (replace(RELIEF_REGISTER, title=""), "title"),
        (replace(RELIEF_REGISTER, title="长" * 101), "title"),
        (replace(RELIEF_REGISTER, grade="SECRET"), "grade"),
        (replace(RELIEF_REGISTER, provider_code="91120000MA0000000X"), "provider_code"),
        (replace(RELIEF_REGISTER, items=()), "items"),
        (replace(RELIEF_REGISTER, items=(ITEM, ITEM)), "items"),
        (replace(RELIEF_REGISTER, items=(replace(ITEM, name="Name"),)), "items"),
        (replace(RELIEF_REGISTER, items=(replace(ITEM, data_type="Z"),)), "items"),
        (replace(RELIEF_REGISTER, items=(replace(ITEM, is_identifying=True),)), "items"),
    ],
)
def test_an_entry_that_is_incomplete_or_unlawful_is_told_its_field(entry: NewResource, field: str) -> None:
    publish_entry()
    with pytest.raises(EntryRefused) as refusal:
        register(entry)
    assert refusal.value.field == field
    assert refusal.value.message


def test_only_the_owners_steward_registers() -> None:
    publish_entry()
    for username in ("approver_mzj", "steward_gjj", "operator", "outsider", "liu"):
        with pytest.raises(NotPermitted):
            operations.register_resource(actor=cast_actor(username), entry=RELIEF_REGISTER, now=NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"sharing_scope": ""},
        {"sharing_type": "UNCONDITIONAL"},
        {"sharing_type": "REFUSED"},
        {"sharing_forms": []},
        {"owner": "120040"},
        {"code": "120012/1"},
        {"state": "LOST"},
        {"published_at": None},
    ],
)
def test_the_database_refuses_what_the_law_forbids(changes: dict[str, object]) -> None:
    code = publish_entry()
    with pytest.raises(IntegrityError), transaction.atomic():
        Resource.objects.filter(code=code).update(**changes)


def test_history_only_grows() -> None:
    publish_entry()
    event = ResourceEvent.objects.first()
    assert event is not None
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        ResourceEvent.objects.update(actor_name="别人")
    with pytest.raises(IntegrityError, match="only grows"), transaction.atomic():
        event.delete()


def test_the_demos_entries_are_lawful() -> None:
    publish_entry()
    system = cast_actor("operator")
    roles = {("STEWARD", entry.owner) for entry in ENTRIES}
    everybody = replace(system, roles=frozenset(roles))
    codes = [operations.register_resource(actor=everybody, entry=entry, now=NOW) for entry in ENTRIES]
    assert len(set(codes)) == len(ENTRIES)
