"""What people of society asked of the demo's conditional datasets, told in `asking.toml`: one application a state."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from haihe.base.accounts.api import SYSTEM, Actor, actor_for
from haihe.data.open import operations
from haihe.data.open.demo.conditional import REGISTERED
from haihe.data.open.models import Dataset
from haihe.data.open.operations import Asked, NewDeveloper
from haihe.data.sharing import api as sharing

_TOLD: Final = Path(__file__).with_name("asking.toml")
_STUDENT: Final = NewDeveloper(use="RESEARCH", purpose="研究社区养老服务的分布，结果公开发表。")
_KEPT: Final = {
    "storage": "单位内网的服务器，磁盘加密，专人管理。",
    "readers": "项目组三人，都签了保密承诺。",
    "deletion": "到期后十日内删除并出具说明。",
}


def plant_applications(*, now: datetime) -> None:
    """Register another developer, make keys of every kind, and let each application go its way."""
    told = tomllib.loads(_TOLD.read_text(encoding="utf-8"))
    people = {name: SYSTEM if name == "SYSTEM" else actor_for(name, now=now) for name in told["people"]}
    operations.register(actor=people["liu"], new=_STUDENT, now=now - REGISTERED)
    keys = {one["name"]: _key(people[one["who"]], one, now) for one in told["keys"]}
    for one in told["applications"]:
        _application(people, one, keys, now)
    for one in told["keys"]:
        if "revoked" in one:
            at = _days_ago(now, one["revoked"])
            operations.revoke_key(actor=people[one["by"]], key_id=keys[one["name"]], words=one["words"], now=at)
        if "replaced" in one:
            operations.rotate_key(actor=people[one["who"]], key_id=keys[one["name"]], now=now)


def _key(actor: Actor, told: Mapping[str, Any], now: datetime) -> UUID:
    return operations.make_key(actor=actor, name=told["name"], now=_days_ago(now, told["made"])).id


def _application(people: Mapping[str, Actor], told: Mapping[str, Any], keys: Mapping[str, UUID], now: datetime) -> None:
    who, slug = people[told["who"]], told["dataset"]
    asked = Asked(
        use=told["use"],
        purpose=told["purpose"],
        months=told["months"],
        columns=tuple(column["name"] for column in Dataset.objects.get(slug=slug).columns),
        token=uuid5(NAMESPACE_URL, f"{slug} {told['who']} {told['purpose']}"),
        **_KEPT,
    )
    number = operations.ask(actor=who, slug=slug, asked=asked, now=_days_ago(now, told["days"]))
    for step in told.get("moves", ()):
        at, name = _days_ago(now, step["days"]), step["name"]
        if name == "accept_agreement":
            operations.accept(actor=who, number=number, key_id=keys[step["key"]], now=at)
            continue
        sharing.move_application(
            actor=people[step["who"]],
            number=number,
            name=name,
            words=step.get("words", ""),
            columns=tuple(step.get("columns", ())),
            now=at,
        )


def _days_ago(now: datetime, days: float) -> datetime:
    return now - timedelta(days=days)
