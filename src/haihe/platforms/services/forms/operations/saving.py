"""Save what was typed in a section, right or wrong: nothing that somebody typed is lost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from msgspec import structs

from haihe.base.accounts.api import Actor
from haihe.platforms.services.forms.accounts import ACTING, SELF
from haihe.platforms.services.forms.cleaning import Path
from haihe.platforms.services.forms.content import Content, is_too_long, sealed
from haihe.platforms.services.forms.errors import Changed, DraftNotFound, FormsError
from haihe.platforms.services.forms.fields import Kind
from haihe.platforms.services.forms.models import Draft
from haihe.platforms.services.forms.operations.beginning import kept_for
from haihe.platforms.services.forms.queries import Standing, draft_for, standing


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a section. `section` is the one to go on with: the same while something in it is wrong."""

    revision: int
    complaints: dict[Path, str]
    next_section: str


def save(
    *, actor: Actor, draft_id: UUID, revision: int, section: str, typed: Mapping[str, object], now: datetime
) -> Saved:
    """Keep one section of the draft that the page showed at `revision`.

    Values of fields that aren't in the section are not taken. Raises: DraftNotFound, Changed, FormsError.
    """
    return save_sections(actor=actor, draft_id=draft_id, revision=revision, said={section: typed}, now=now)


@transaction.atomic
def save_sections(
    *, actor: Actor, draft_id: UUID, revision: int, said: Mapping[str, Mapping[str, object]], now: datetime
) -> Saved:
    """Keep several sections at once, as `save` keeps one; the mistakes are those of all of them."""
    draft = draft_for(actor, draft_id, now=now, lock=True)
    if not draft.is_open:
        raise FormsError(_("这份申请已经提交，不能再改。"))
    before = standing(actor, draft, today=timezone.localdate(now))
    if not said or not set(said) <= {one.name for one in before.offer.form.sections}:
        raise DraftNotFound
    _check_revision(draft, before.content, revision, said)
    raw, content = before.content.raw, before.content
    for section, typed in said.items():
        raw, content = _with_section(before, raw, section, typed), content.with_seen(section)
    raw, content = _without_own(raw, content)
    if is_too_long(raw):
        raise FormsError(_("填写的内容太多，请精简后再保存；较长的说明可以作为附件上传。"))
    changed = content.changed | dict.fromkeys(said, draft.revision + 1)
    keep(draft, structs.replace(content, raw=raw, changed=changed), now=now)
    after = standing(actor, draft, today=timezone.localdate(now))
    _drop_what_does_not_apply(draft, after)
    complaints = {path: told for section in said for path, told in after.complaints_in(section).items()}
    return Saved(draft.revision, complaints, next_section(after, section))


def keep(draft: Draft, content: Content, *, now: datetime) -> None:
    """Write the draft's content down; whoever calls has locked the row."""
    draft.sealed_content = sealed(draft, content)
    draft.revision += 1
    draft.saved_at, draft.expires_at = now, now + kept_for(draft.channel)
    draft.save(update_fields=["sealed_content", "revision", "saved_at", "expires_at", "item_version"])


def _check_revision(draft: Draft, content: Content, revision: int, sections: Iterable[str]) -> None:
    """Let nothing be overwritten that the page didn't show; other sections may be newer. Raises: Changed."""
    if revision == draft.revision:
        return
    if revision > draft.revision or not content.changed:
        raise Changed
    if any(content.changed.get(section, 0) > revision for section in sections):
        raise Changed


def _with_section(
    before: Standing, raw: Mapping[str, Any], section: str, typed: Mapping[str, object]
) -> dict[str, Any]:
    asked = {f.name: f for f in before.offer.form.section(section).fields if f.kind is not Kind.FILE}
    kept = {name: value for name, value in raw.items() if name not in asked}
    return kept | {name: value for name, value in typed.items() if name in asked}


def _without_own(raw: dict[str, Any], content: Content) -> tuple[dict[str, Any], Content]:
    """Leave out what registers said of the one who acts, where the matter is somebody else's after all."""
    if not content.known or raw.get(ACTING, SELF) == SELF:
        return raw, content
    return {name: value for name, value in raw.items() if name not in content.known}, structs.replace(content, known={})


def _drop_what_does_not_apply(draft: Draft, after: Standing) -> None:
    """Keep values as they were read, mistakes as they were typed, and nothing of fields that aren't asked any more."""
    wrong = {path[0] for path in after.cleaned.errors}
    files = {field.name for field in after.offer.form.fields if field.kind is Kind.FILE}
    read = {name: value for name, value in after.values.items() if name not in wrong | files}
    raw = read | {name: value for name, value in after.content.raw.items() if name in wrong}
    draft.sealed_content = sealed(draft, after.content.with_raw(raw))
    draft.item_version = after.offer.version
    draft.save(update_fields=["sealed_content", "item_version"])


def next_section(after: Standing, section: str) -> str:
    """Return the section to go on with: the same while something in it is wrong, "" after the last."""
    if after.complaints_in(section):
        return section
    names = [one.name for one in after.offer.form.sections_for(after.values)]
    place = names.index(section) + 1 if section in names else 0
    return names[place] if place < len(names) else ""
