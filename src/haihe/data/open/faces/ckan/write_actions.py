"""Actions of publishers: they propose and hand in, by Haihe's rules. The gate looks, and a second person publishes."""

from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile

from haihe.base.accounts.api import Actor, Role
from haihe.data.open import operations
from haihe.data.open.faces.ckan.asking import Asked
from haihe.data.open.faces.ckan.errors import NotAuthorized, NotFound, ValidationError
from haihe.data.open.faces.ckan.handing_in import (
    DELTA,
    FULL,
    as_file,
    hand_in,
    known_field,
    titles_of,
    told_run,
)
from haihe.data.open.faces.ckan.looking_up import known_to, package_named
from haihe.data.open.faces.ckan.names import CSV, datasets_named, resource_id
from haihe.data.open.faces.ckan.packages import Telling
from haihe.data.open.faces.ckan.proposing import entry_for, new_from, permitted, refuse_other_words
from haihe.data.open.faces.ckan.registry import ACTIONS, Action, Scene, writes
from haihe.data.open.models import Dataset
from haihe.data.open.workflow import SEEN_BY_ALL, DatasetState

_DESCRIBED: Final = (DatasetState.DRAFT, DatasetState.CHECKED)


@writes
def package_create(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Propose a catalogue entry for opening; it is private until the gate has passed it and an approver publishes it.

    :param name: :param catalogue_code: of the entry, or its title and owner_org
    :param license_id: :param groups: [{"name": a topic}]
    :param title_translated, notes_translated: {"en": …} :param columns_en: {"field": "English title"}
    :param extras: has_api, key (fields that tell rows apart, commas between)
    """
    actor, slug = _publisher(scene), asked.needed("name")
    if asked.objects("resources"):
        raise ValidationError.of(
            "resources",
            "请先建立数据集，再用 resource_create 上传文件。",
            "Make the package first, then upload files by resource_create.",
        )
    entry = entry_for(asked, actor)
    refuse_other_words(asked, entry.title, entry.abstract)
    new = new_from(asked, slug=slug)
    made = permitted(lambda: operations.propose(actor=actor, code=entry.code, new=new, now=scene.now))
    return _package(made, scene)


@writes
def package_update(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Tell anew what a package is that isn't published yet; it has to pass the gate again. What isn't said stays."""
    actor, row = _publisher(scene), _own(asked.needed("id") if "id" in asked else asked.needed("name"), scene)
    if "private" in asked and not asked.flag("private") and row.state in _DESCRIBED:
        raise NotAuthorized(
            "发布要先通过开放检查，再由本部门审批人在开放工作台发布；接口不能发布。",
            "Publishing takes the opening gate and an approver at the desk; it can't be done here.",
        )
    if row.state not in _DESCRIBED:
        raise NotAuthorized(
            "这个数据集已经开放，说明随目录条目，许可和主题不再改动；暂停和撤回在开放工作台办理。",
            "This package is open: its words come from the catalogue; suspend or withdraw it at the desk.",
        )
    refuse_other_words(asked, row.title, row.summary)
    new = new_from(asked, slug=row.slug, before=row)
    permitted(lambda: operations.describe(actor=actor, slug=row.slug, new=new, now=scene.now))
    return _package(row.slug, scene)


@writes
def package_patch(asked: Asked, scene: Scene) -> Any:
    """As package_update."""
    return package_update(asked, scene)


@writes
def package_delete(asked: Asked, scene: Scene) -> None:
    """Withdraw an open package, by an approver. :param id: :param reason: everybody reads it"""
    actor, row = _publisher(scene), _own(asked.needed("id"), scene)
    if row.state not in SEEN_BY_ALL or not actor.has(Role.APPROVER, row.owner):
        raise NotAuthorized(
            "已开放的数据集由本部门审批人撤回；没有发布的草稿留在开放工作台，可以继续修改。",
            "An open package is withdrawn by an approver of its department; a draft stays at the desk.",
        )
    words = asked.needed("reason")
    permitted(lambda: operations.move(actor=actor, slug=row.slug, name="withdraw", now=scene.now, words=words))


@writes
def resource_create(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Hand in a file with all rows: CSV, Excel, JSON, JSON Lines, Parquet, or a ZIP of one of these. It becomes a
    snapshot, and a version when the gate lets it. :param package_id: :param upload: the file"""
    row = _own(asked.needed("package_id"), scene)
    return _handed_in(asked, scene, row)


@writes
def resource_update(asked: Asked, scene: Scene) -> dict[str, Any]:
    """As resource_create, for the package of a resource. :param id: :param upload: the file"""
    return _handed_in(asked, scene, _own_by_resource(asked.needed("id"), scene))


@writes
def resource_patch(asked: Asked, scene: Scene) -> Any:
    """As resource_update."""
    return resource_update(asked, scene)


@writes
def datastore_create(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Hand in all rows as records. :param resource_id, or resource: {"package_id": …}
    :param fields: [{"id": …}] are the items of the catalogue entry, none can be added :param records:"""
    row = _own_table(asked, scene)
    titles = titles_of(row)
    fields = [known_field(one.get("id"), titles) for one in asked.objects("fields")]
    told: dict[str, Any] = {
        "resource_id": resource_id(row.pk, CSV),
        "package_id": str(row.pk),
        "fields": [{"id": name, "info": {"label": titles[name]}} for name in fields or titles],
        "method": "insert",
    }
    records = asked.objects("records")
    if not records:
        return told
    return told | {"haihe_feed_run": _records_in(row, records, scene, mode=FULL)}


@writes
def datastore_upsert(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Hand in rows that are new or changed, told apart by the register's key. :param resource_id: :param records:"""
    if (method := asked.text("method") or "upsert") != "upsert":
        raise ValidationError.of("method", "只接受 upsert。", f"Only upsert is taken, not {method[:20]}.")
    row, records = _own_table(asked, scene), asked.objects("records")
    if not records:
        raise ValidationError.of("records", "缺少记录。", "There are no records.")
    run = _records_in(row, records, scene, mode=DELTA, operation="upsert")
    return {"resource_id": resource_id(row.pk, CSV), "method": "upsert", "haihe_feed_run": run}


@writes
def datastore_delete(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Hand in that rows are gone, told by the register's key. :param resource_id: :param filters: {"key": [values]}"""
    row, filters = _own_table(asked, scene), asked.mapping("filters")
    if len(filters) != 1:
        raise NotAuthorized(
            "请用一个主键说明删除哪些行；整份数据不能清空，要停止开放请撤回数据集。",
            "Name rows by one key; a table is never emptied here. To stop giving it, withdraw the package.",
        )
    ((name, values),) = filters.items()
    records = [{name: value} for value in (values if isinstance(values, list) else [values])]
    run = _records_in(row, records, scene, mode=DELTA, operation="delete")
    return {"resource_id": resource_id(row.pk, CSV), "filters": filters, "haihe_feed_run": run}


def _records_in(
    row: Dataset, records: list[dict[str, Any]], scene: Scene, *, mode: str, operation: str = ""
) -> dict[str, Any]:
    content = as_file(row, records, operation=operation)
    run = hand_in(_publisher(scene), row, f"{row.slug}.csv", content, mode=mode, parameter="records", now=scene.now)
    return told_run(run)


def _handed_in(asked: Asked, scene: Scene, row: Dataset) -> dict[str, Any]:
    file: UploadedFile[Any] | None = asked.files.get("upload")
    if file is None:
        raise ValidationError.of(
            "upload",
            "请上传文件；数据由平台保存，不登记外部链接，资源的说明随目录条目。",
            "Upload a file: data are kept here, links to elsewhere aren't; a resource's words come from the catalogue.",
        )
    name = file.name or "file.csv"
    run = hand_in(_publisher(scene), row, name, file, mode=FULL, parameter="upload", now=scene.now)
    return {
        "id": resource_id(row.pk, CSV),
        "package_id": str(row.pk),
        "name": name,
        "url_type": "upload",
        "state": "active" if row.is_open else "draft",
        "haihe_feed_run": told_run(run),
    }


def _publisher(scene: Scene) -> Actor:
    actor = scene.asker.actor
    if not actor.is_signed_in:
        raise token_needed()
    return actor


def token_needed() -> NotAuthorized:
    return NotAuthorized(
        "发布数据要用本人的发布令牌，数据专员可以在开放工作台领取。",
        "Publishing takes a publisher's token; stewards get one at the open data desk.",
    )


def _package(slug: str, scene: Scene) -> dict[str, Any]:
    return Telling(scene.base).package(package_named(slug, scene.asker))


def _own(name: str, scene: Scene) -> Dataset:
    """Return a package of the publisher's department. Raises: NotFound, NotAuthorized."""
    actor, row = _publisher(scene), package_named(name, scene.asker)
    if row.owner not in actor.organisations(Role.STEWARD, Role.APPROVER):
        raise NotAuthorized("这是别的部门的数据集。", "This package belongs to another department.")
    return row


def _own_by_resource(name: str, scene: Scene) -> Dataset:
    row = known_to(scene.asker).filter(pk__in=datasets_named(name)).first()
    if row is None:
        raise NotFound("没有这个资源。", f'Resource "{name[:60]}" was not found.')
    return _own(row.slug, scene)


def _own_table(asked: Asked, scene: Scene) -> Dataset:
    told = asked.mapping("resource")
    if told:
        return _own(str(told.get("package_id", ""))[:100], scene)
    return _own_by_resource(asked.needed("resource_id"), scene)


def _refused(name: str, zh: str, en: str) -> None:
    def refuse(asked: Asked, scene: Scene) -> None:
        _publisher(scene)
        raise NotAuthorized(zh, en)

    refuse.__doc__ = f"Refuse: {en}"
    ACTIONS[name] = Action(name, refuse, reads=False)


for _name in ("organization_create", "organization_update", "organization_patch", "organization_delete"):
    _refused(_name, "部门随机构目录，由大数据中心维护。", "Departments come from the city's register of bodies.")
for _name in ("group_create", "group_update", "group_patch", "group_delete"):
    _refused(_name, "主题是固定的二十一个。", "The topics are fixed.")
_refused(
    "resource_delete",
    "数据集的各种格式随数据生成，不能单独删除；要停止提供请撤回数据集。",
    "Formats are made from the rows and can't be deleted alone; withdraw the package instead.",
)
_refused(
    "api_token_create", "令牌由本人登录后在开放工作台领取。", "Tokens are given to persons who sign in at the desk."
)
