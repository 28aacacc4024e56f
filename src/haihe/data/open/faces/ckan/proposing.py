"""Packages that a publisher's program proposes: a dataset is begun from a catalogue entry, and never published here."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from haihe.base.accounts.api import Actor, NotPermitted, Role
from haihe.data.catalogue import api as catalogue
from haihe.data.open import queries
from haihe.data.open.errors import InputRefused, NotFound, NotNow, OpenDataError
from haihe.data.open.faces.ckan import errors
from haihe.data.open.faces.ckan.asking import Asked, checked_text
from haihe.data.open.faces.ckan.errors import NotAuthorized, ValidationError
from haihe.data.open.models import Dataset, Licence
from haihe.data.open.operations import NewDataset
from haihe.data.open.topics import topics

_LICENCES: Final = {one.value.lower(): one.value for one in Licence} | {
    "cc-by": Licence.CC_BY.value,
    "cc-zero": Licence.CC0.value,
}
_TEXT: Final = ("title", "notes")


def permitted[T](do: Callable[[], T]) -> T:
    """Do something by Haihe's rules, and tell what they say against it as CKAN's clients understand it."""
    try:
        return do()
    except NotPermitted:
        raise NotAuthorized(
            "您的岗位不能办理这一项，请用本部门数据专员的令牌。",
            "Your role doesn't allow this; use a token of a steward of the department.",
        ) from None
    except NotFound:
        raise errors.NotFound("没有这个资源或者数据集。", "There is no such entry or package.") from None
    except NotNow as refused:
        raise NotAuthorized(refused.message, "The state of the package doesn't allow this now.") from None
    except InputRefused as refused:
        raise ValidationError({"package": [refused.message]}) from None
    except OpenDataError as refused:
        raise ValidationError({"package": [refused.message]}) from None


def entry_for(asked: Asked, actor: Actor) -> catalogue.ResourceEntry:
    """Find the catalogue entry that the package is to open, by its code or by its owner and title.

    Raises: ValidationError.
    """
    code = asked.text("catalogue_code") or _extras(asked).get("catalogue_code", "")
    if code:
        entry = catalogue.resource(code, actor=actor)
        if entry is not None:
            return entry
    owner, title = asked.text("owner_org").upper(), asked.text("title").strip()
    if not code and owner in actor.organisations(Role.STEWARD):
        for entry in queries.openable([owner]):
            if entry.title == title:
                return entry
    raise ValidationError.of(
        "catalogue_code",
        "数据集由目录条目而来：请写明已发布、可以开放的目录代码，或者用它的标题和提供部门。",
        "A package is a catalogue entry that is opened: name the code of a published one, or its title and owner_org.",
    )


def new_from(asked: Asked, *, slug: str, before: Dataset | None = None) -> NewDataset:
    """Return what the steward tells, what isn't said as it was before. Raises: ValidationError."""
    extras = _extras(asked)
    columns = {column.name: column.title_en for column in before.open_columns} if before else {}
    return NewDataset(
        slug=slug,
        title_en=_translated(asked, "title") or extras.get("title_en") or (before.title_en if before else ""),
        summary_en=_translated(asked, "notes") or extras.get("notes_en") or (before.summary_en if before else ""),
        topic=_topic(asked) or (before.topic if before else ""),
        licence=_licence(asked) or (before.licence if before else ""),
        has_api=_said(extras, "has_api", before.has_api if before else False),
        key=tuple(_listed(extras, "key")) or (tuple(before.key) if before else ()),
        least_group=before.least_group if before else 5,
        columns_en=columns | _columns(asked),
    )


def refuse_other_words(asked: Asked, row_title: str, row_notes: str) -> None:
    """Title and notes are the catalogue's. Raises: ValidationError."""
    for name, kept in zip(_TEXT, (row_title, row_notes), strict=True):
        if name in asked and asked.text(name).strip() not in ("", kept):
            raise ValidationError.of(
                name,
                "标题和说明随目录条目，请修订目录；英文可以用 title_translated、notes_translated 写明。",
                "Title and notes come from the catalogue; tell the English by title_translated, notes_translated.",
            )


def _extras(asked: Asked) -> dict[str, str]:
    told = {}
    for one in asked.objects("extras"):
        key, value = one.get("key"), one.get("value")
        if isinstance(key, str) and isinstance(value, str):
            told[key] = checked_text("extras", value)
    return told


def _translated(asked: Asked, name: str) -> str:
    english = asked.mapping(f"{name}_translated").get("en", "")
    return checked_text(name, english) if isinstance(english, str) else ""


def _topic(asked: Asked) -> str:
    for group in asked.objects("groups"):
        for name in (group.get("name"), group.get("id")):
            if isinstance(name, str) and name in topics():
                return name
    if "groups" in asked and asked.objects("groups"):
        raise ValidationError.of("groups", "请从 group_list 中选一个主题。", "Take a group of group_list.")
    return ""


def _licence(asked: Asked) -> str:
    told = asked.text("license_id").strip()
    if told and told.lower() not in _LICENCES:
        raise ValidationError.of("license_id", "请从 license_list 中选择。", "Take a licence of license_list.")
    return _LICENCES.get(told.lower(), "")


def _columns(asked: Asked) -> dict[str, str]:
    told = asked.mapping("columns_en")
    return {name: checked_text("columns_en", text) for name, text in told.items() if isinstance(text, str)}


def _listed(extras: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in extras.get(name, "").split(",") if part.strip()]


def _said(extras: Mapping[str, Any], name: str, before: bool) -> bool:
    return before if name not in extras else extras[name].lower() == "true"
