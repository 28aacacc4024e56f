"""The versions of a department's own interface: what each changed, part by part. Certificates stand by their digest."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing.models import Service, SharingEvent
from haihe.kernel.source_rules import SourceRules

CHANGED: Final = "change_source"
ADDRESS: Final = ("url", "method")
"""What the authority confirmed; another needs a new confirmation."""
_BY_NAME: Final = ("fields", "parameters")
_SECRET: Final = "secret"  # noqa: S105 - the name of a part, and no secret
_TITLES: Final[dict[str, Promise]] = {
    "url": _("接口地址"),
    "method": _("请求方法"),
    "subject": _("证件号码放在哪里"),
    "absent": _("怎样表示查无此人"),
    "echo": _("证件号码在答复中的位置"),
    "secret_header": _("密钥放在哪个请求头"),
    "secret": _("密钥"),
    "ca": _("接口证书由谁签发"),
    "timeout_ms": _("时限（毫秒）"),
    "most_bytes": _("答复最长（字节）"),
    "breaker": _("出错后暂停访问"),
    "last_good_s": _("旧答复最多可以有多旧（秒）"),
    "fields": _("字段的位置"),
    "parameters": _("参数"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One part of the rules before and after, in words; "" where there was or is none."""

    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Version:
    number: int
    at: datetime
    who: str
    changes: list[Change]


def changes_between(old: SourceRules, new: SourceRules) -> dict[str, list[Any]]:
    """Return [before, after] of each part that differs; a field or parameter is a part of its own."""
    before, after = _parts(old), _parts(new)
    return {
        name: [before.get(name), after.get(name)]
        for name in sorted(before.keys() | after.keys())
        if before.get(name) != after.get(name)
    }


def version_of(row: Service) -> int:
    """Return the number of the version in force; opening made the first."""
    return 1 + row.events.filter(name=CHANGED).count()


def versions_of(row: Service) -> list[Version]:
    """Return what was changed since the opening, the newest first."""
    return [_version(event) for event in row.events.filter(name=CHANGED).order_by("-pk")]


def told_in_words(event: SharingEvent) -> str:
    """Name the version and the parts that it changed, in the language of who looks."""
    changed = [*event.facts["changed"], *([_SECRET] if event.facts[_SECRET] else [])]
    told = {"n": event.facts["version"], "parts": gettext("、").join(_title(name) for name in changed)}
    return gettext("第 %(n)s 版：%(parts)s") % told


def _parts(rules: SourceRules) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(rules)
    for kind in _BY_NAME:
        told |= {f"{kind}.{name}": value for name, value in told.pop(kind).items()}
    if told["ca"]:
        told["ca"] = f"sha-256 {hashlib.sha256(rules.ca.encode()).hexdigest()[:32]}"
    return told


def _version(event: SharingEvent) -> Version:
    changed: dict[str, list[Any]] = event.facts["changed"]
    changes = [Change(_title(name), *map(_told, values)) for name, values in changed.items()]
    if event.facts[_SECRET]:
        changes.append(Change(_title(_SECRET), "", gettext("已更换")))
    return Version(event.facts["version"], event.at, event.actor_name, changes)


def _title(name: str) -> str:
    kind, _dot, which = name.partition(".")
    return f"{_TITLES[kind]} {which}".strip()


def _told(value: Any) -> str:
    if value is None or value == "":
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
