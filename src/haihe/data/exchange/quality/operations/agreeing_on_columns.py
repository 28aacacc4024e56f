"""A steward says what a source's columns are, before anything is fetched from it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from haihe.base.accounts.api import Actor, Role, require
from haihe.data.exchange.ownership import owner_of
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.drift import MappedColumn
from haihe.data.exchange.quality.models import ColumnMapping, MappingBasis
from haihe.data.exchange.quality.operations.deciding import check_fields
from haihe.data.exchange.quality.recording import add_mapping


def agree_on_columns(actor: Actor, resource: str, fields: Mapping[str, str], *, now: datetime) -> ColumnMapping:
    """Take down which item each column is, "" for none; the same mapping twice is one.

    Raises: NoRules, NotPermitted, MappingRefused.
    """
    owner = owner_of(resource)
    require(actor, Role.STEWARD, organisation=owner)
    schema = rulebook.rules_of(resource)
    known = {column.field for column in schema.columns}
    columns = [MappedColumn(title, field if field in known else "") for title, field in fields.items()]
    check_fields([each.field for each in columns if each.field], schema)
    with transaction.atomic():
        return add_mapping(resource, owner, columns, basis=MappingBasis.PERSON, by=actor.name, now=now)
