"""Actions about the site itself: what it is, what can be asked, under which licences, by whom."""

from typing import Any, Final

from haihe.data.open.faces.ckan.asking import Asked
from haihe.data.open.faces.ckan.errors import NotAuthorized, NotFound
from haihe.data.open.faces.ckan.names import LICENCES
from haihe.data.open.faces.ckan.registry import ACTIONS, Scene, reads

_SPOKEN: Final = "2.11"
"""The release of CKAN whose actions are followed; clients look at it to know what they may ask."""


@reads
def status_show(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Return what this site is."""
    return {
        "ckan_version": _SPOKEN,
        "site_url": scene.base,
        "site_title": "海河 · 数据开放平台",
        "site_description": "Haihe, the open data platform: a CKAN-compatible interface",
        "error_emails_to": None,
        "locale_default": "zh_Hans_CN",
        "extensions": ["datastore"],
    }


@reads
def help_show(asked: Asked, scene: Scene) -> str:
    """Return what an action does. :param name:"""
    name = asked.needed("name")
    if name not in ACTIONS:
        raise NotFound("没有这个操作。", "Action name not known.")
    return ACTIONS[name].help


@reads
def site_read(asked: Asked, scene: Scene) -> bool:
    """Return true: everybody may read."""
    return True


@reads
def license_list(asked: Asked, scene: Scene) -> list[dict[str, Any]]:
    """Return the licences under which data may be opened."""
    return [
        {
            "id": one.id,
            "title": one.title,
            "url": one.url,
            "status": "active",
            "domain_data": True,
            "domain_content": True,
            "domain_software": False,
            "od_conformance": "approved" if one.is_open else "rejected",
            "osd_conformance": "not reviewed",
            "is_okd_compliant": one.is_open,
            "is_generic": False,
            "family": "",
            "maintainer": "",
        }
        for one in LICENCES.values()
    ]


@reads
def user_list(asked: Asked, scene: Scene) -> list[Any]:
    """Return an empty list: persons aren't told here, data are published by departments."""
    return []


@reads
def user_show(asked: Asked, scene: Scene) -> dict[str, Any]:
    """Return the holder of the publisher's token that asks; of nobody else anything is told. :param id:"""
    actor, wanted = scene.asker.actor, asked.text("id")
    if not actor.is_signed_in:
        raise NotAuthorized("这里不公开个人信息。", "Nothing about persons is told here.")
    if wanted and wanted != str(actor.user_id):
        raise NotFound("没有这个用户。", "There is no such user.")
    return {
        "id": str(actor.user_id),
        "name": str(actor.user_id),
        "display_name": actor.name,
        "fullname": actor.name,
        "state": "active",
        "sysadmin": False,
        "number_created_packages": None,
    }


@reads
def vocabulary_list(asked: Asked, scene: Scene) -> list[Any]:
    """Return an empty list: keywords are free."""
    return []
