"""First rules for a register at once: those that its catalogue entry proposes, and the codes in use besides."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from django.db import transaction
from msgspec.structs import replace

from haihe.base.accounts.api import Actor
from haihe.data.exchange.quality import rulebook
from haihe.data.exchange.quality.operations.rules import confirm_draft, digest_of, edit_draft, propose_rules
from haihe.data.exchange.rules import Column, Kind, NoRules, Personal


def agree_on_rules(
    actor: Actor,
    resource: str,
    *,
    codes_used: Callable[[str], Iterable[str]],
    now: datetime,
    indexed: Collection[str] = (),
) -> dict[str, str]:
    """Return the titles of the register's columns by field; rules that count already stay as they are.

    `codes_used` gives the values that a column of codes has; `indexed` are fields of text, nothing about a person, that
    the gateway may hold too. Raises: NotPermitted, NoSuchRules, NothingToPropose.
    """
    try:
        schema = rulebook.rules_of(resource)
    except NoRules:
        with transaction.atomic():
            proposed = rulebook.read(propose_rules(actor, resource, now=now).contents)
            columns = tuple(_with_codes(_held(one, indexed), codes_used) for one in proposed.schema.columns)
            schema = replace(proposed.schema, columns=columns)
            draft = edit_draft(actor, resource, replace(proposed, schema=schema), now=now)
            confirm_draft(actor, resource, seen=digest_of(draft.contents), now=now)
    return {one.field: one.title for one in schema.columns}


def _held(column: Column, indexed: Collection[str]) -> Column:
    is_free = column.personal is Personal.NONE
    return replace(column, indexed=True) if is_free and column.field in indexed else column


def _with_codes(column: Column, codes_used: Callable[[str], Iterable[str]]) -> Column:
    if column.kind is not Kind.CODE:
        return column
    return replace(column, options=tuple(dict.fromkeys((*column.options, *codes_used(column.field)))))
