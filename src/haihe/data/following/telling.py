"""What followers read of a happening, in the language of the moment."""

from itertools import zip_longest
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haihe.base.notices import api as notices
from haihe.base.notices.api import Facts
from haihe.base.outward.api import Fault
from haihe.data.following.models import Happening
from haihe.data.following.operations.noting import DIGEST, HAPPENED
from haihe.data.following.sending import NO_SECRET, STOPPED
from haihe.data.open import api as open_data

WORDS: Final[dict[str, str | Promise]] = {
    "publish": gettext_lazy("“%(title)s”开放了"),
    "suspend": gettext_lazy("“%(title)s”已暂停开放"),
    "resume": gettext_lazy("“%(title)s”已恢复开放"),
    "withdraw": gettext_lazy("“%(title)s”已撤回，不再开放"),
    "lapse": gettext_lazy("“%(title)s”已随目录条目下线，不再开放"),
    "version_ready": gettext_lazy("“%(title)s”有了新版本"),
    "columns_changed": gettext_lazy("“%(title)s”的信息项有变化，用到它的程序请检查"),
    "request_forwarded": gettext_lazy("“%(title)s”这项需求已转给部门"),
    "request_answered": gettext_lazy("“%(title)s”这项需求有了答复"),
    "request_fulfilled": gettext_lazy("“%(title)s”这项需求的数据已经开放"),
    "plan_changed": gettext_lazy("“%(title)s”的开放计划有变化"),
    "reuse_published": gettext_lazy("“%(title)s”有了新的应用成果"),
    "discussion_started": gettext_lazy("“%(title)s”有人提问"),
    "discussion_answered": gettext_lazy("“%(title)s”提问有了答复"),
}
WHY: Final[dict[str, str | Promise]] = {
    Fault.ADDRESS_WRONG: gettext_lazy("网址写得不对"),
    Fault.SCHEME_REFUSED: gettext_lazy("网址应以 https:// 开头"),
    Fault.PORT_REFUSED: gettext_lazy("不能访问这个端口，请用 443"),
    Fault.NAME_UNKNOWN: gettext_lazy("找不到这台主机"),
    Fault.NETWORK_REFUSED: gettext_lazy("这个地址在内部网络，不能访问"),
    Fault.NO_CONNECTION: gettext_lazy("连不上"),
    Fault.NOT_TRUSTED: gettext_lazy("证书不可信"),
    Fault.TIMED_OUT: gettext_lazy("没有按时答复"),
    Fault.BROKEN: gettext_lazy("答复不完整"),
    Fault.TOO_LARGE: gettext_lazy("答复太大，返回状态码即可"),
    NO_SECRET: gettext_lazy("密钥打不开，请更换密钥"),
}
_KINDS: Final = (HAPPENED, DIGEST, STOPPED)
TOPIC: Final = "following"

notices.topic(TOPIC, gettext_lazy("关注的开放数据"), kinds=_KINDS)


def said(row: Happening) -> str:
    """Return the sentence of a happening."""
    return _sentence(row.name, row.title, row.title_en, row.facts)


@notices.words(HAPPENED)
def _say_happened(facts: Facts) -> str:
    return _sentence(str(facts["name"]), str(facts["title"]), str(facts.get("title_en", "")), facts)


@notices.words(DIGEST)
def _say_digest(facts: Facts) -> str:
    # Notices that were written before have no English titles.
    both = zip_longest(facts["titles"], facts.get("titles_en", ()), fillvalue="")
    titles = [open_data.either(title, title_en) for title, title_en in both]
    told = {"n": facts["count"], "titles": _("、").join(titles)}
    return _("您关注的开放数据有 %(n)s 条动态：%(titles)s。") % told


@notices.words(STOPPED)
def _say_stopped(facts: Facts) -> str:
    told = {"host": facts["host"], "why": why_told(facts["why"])}
    return _("推送地址 %(host)s 一直没有收下消息（%(why)s），已停止推送；修好后可以恢复。") % told


def why_told(why: str) -> str | Promise:
    """Return in words why a message wasn't taken; a status of HTTP stays as it is."""
    return WHY.get(why, why)


def _sentence(name: str, title: str, title_en: str, facts: Facts) -> str:
    sentence = str(WORDS.get(name, name)) % {"title": open_data.either(title, title_en)}
    if name == "version_ready":
        sentence += _("（第 %(n)s 版，%(rows)s 行）") % {"n": facts["version"], "rows": facts["rows"]}
    if name == "columns_changed":
        sentence += _("（增加 %(added)s，减少 %(removed)s）") % {
            "added": _listed(facts["added"]),
            "removed": _listed(facts["removed"]),
        }
    return sentence + _("。")


def _listed(names: list[str]) -> str:
    return _("、").join(names) or _("无")
