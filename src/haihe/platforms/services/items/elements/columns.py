"""The tables of an item's elements (实施清单要素): one row of the item itself, several of everything else.

A column's name is where its value stands in a definition, with dots in between.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.platforms.services.items import shelf
from haihe.platforms.services.items.kinds import (
    Handling,
    ItemChannel,
    Kind,
    Level,
    ObjectKind,
    PaperForm,
    PaperSource,
    Proof,
)

type Choices = tuple[tuple[str, str | Promise], ...]
type CellKind = Literal["text", "number", "amount", "day", "choice", "several", "list", "json"]

LONGEST_CELL: Final = 4000
LONGEST_JSON: Final = 30_000
"""A spreadsheet's cell holds 32,767 characters."""
YES_NO: Final[Choices] = (("yes", _("是")), ("no", _("否")))
SECTION, OWN_SECTION, FIELD = "SECTION", "OWN", "FIELD"
_PARTS: Final[Choices] = ((SECTION, _("共用部分")), (OWN_SECTION, _("自有部分")), (FIELD, _("栏目")))


@dataclass(frozen=True, slots=True)
class Column:
    """One element. `is_long` is typed into several lines; `is_settled` is shown and never taken in."""

    name: str
    heading: str | Promise
    kind: CellKind = "text"
    required: bool = False
    is_long: bool = False
    is_settled: bool = False
    note: str | Promise = ""
    choices: Callable[[], Choices] | None = None

    @property
    def options(self) -> Choices:
        return self.choices() if self.choices else ()

    @property
    def lang(self) -> str:
        """The language in which it is written, whichever one the reader has chosen; "" where it has none of its own."""
        return "en" if self.name == "en" or self.name.endswith(".en") else ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one sort. `identity` is the column by which two rows are the same thing, where there is one."""

    key: str
    title: str | Promise
    lead: str | Promise
    columns: tuple[Column, ...]
    identity: str = ""
    is_one_row: bool = False

    def column(self, name: str) -> Column:
        """Raises: KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def _of(kind: type[TextChoices]) -> Callable[[], Choices]:
    return lambda: tuple((str(value), label) for value, label in kind.choices)


def _topics() -> Choices:
    return tuple((topic.slug, str(topic.name)) for topic in shelf.topics())


def _processes() -> Choices:
    return tuple((file.stem, file.stem) for file in sorted((shelf.ROOT.parent / "processes").glob("*.toml")))


def _text(
    name: str,
    zh: str | Promise,
    en: str | Promise,
    *,
    required: bool = True,
    is_long: bool = False,
    note: str | Promise = "",
) -> Iterator[Column]:
    """A text stands in two columns, one for each language."""
    stem = f"{name}." if name else ""
    yield Column(f"{stem}zh", zh, required=required, is_long=is_long, note=note)
    yield Column(f"{stem}en", en, required=required, is_long=is_long, note=note)


_ITEM: Final = Table(
    "item",
    _("基本信息"),
    _("改事项的名称、类型、时限、渠道、收费、结果和地点。"),
    (
        Column("slug", _("事项标识"), required=True, is_settled=True, note=_("小写英文和连字符，全市唯一，不能改")),
        Column("version", _("事项版本"), "number", is_settled=True, note=_("批准时自动编号，导入时不看")),
        Column("code", _("实施编码"), required=True, note=_("部门编码-类型字母-四位序号，如 120040-GG-0009")),
        *_text("name", _("事项名称"), _("事项名称（英文）")),
        Column("kind", _("事项类型"), "choice", required=True, choices=_of(Kind)),
        Column("level", _("行使层级"), "choice", required=True, choices=_of(Level)),
        Column("authority", _("实施主体编码"), required=True, is_settled=True, note=_("机构名录中的编码")),
        Column("objects_kind", _("服务对象"), "several", required=True, choices=_of(ObjectKind)),
        *_text("objects", _("服务对象说明"), _("服务对象说明（英文）")),
        Column("handling", _("办件类型"), "choice", required=True, choices=_of(Handling)),
        Column("statutory_days", _("法定办结时限（工作日）"), "number", required=True),
        Column("promised_days", _("承诺办结时限（工作日）"), "number", required=True),
        Column("channels", _("办理形式"), "several", required=True, choices=_of(ItemChannel)),
        Column("topics", _("主题"), "several", required=True, choices=_topics),
        Column("process", _("办理流程编号"), "choice", required=True, choices=_processes),
        Column("case_prefix", _("案号前缀"), required=True, note=_("二到六个大写字母")),
        Column("hotline", _("咨询方式")),
        Column("in_force_from", _("生效日期"), "day", required=True, note=_("如 2026-11-23")),
        Column("keywords", _("关键词"), "list", note=_("老百姓会怎么叫它，每行一个")),
        *_text("summary", _("事项简介"), _("事项简介（英文）"), is_long=True),
        *_text("fee", _("收费"), _("收费（英文）")),
        *_text("result", _("结果名称"), _("结果名称（英文）")),
        *_text("place", _("办理地点"), _("办理地点（英文）")),
        Column("visits.before", _("原先跑动次数"), "number", required=True),
        Column("visits.window", _("到办事现场次数（窗口）"), "number", required=True),
        Column("visits.phone", _("到办事现场次数（网上）"), "number", required=True),
        *_text("visits.told", _("跑动说明"), _("跑动说明（英文）"), required=False),
        Column("amount.min_yuan", _("金额下限（元）"), "amount"),
        Column("amount.max_yuan", _("金额上限（元）"), "amount"),
        *_text("amount.label", _("金额名称"), _("金额名称（英文）"), required=False),
        *_text("amount.note", _("金额说明"), _("金额说明（英文）"), required=False),
    ),
    identity="slug",
    is_one_row=True,
)
_CONDITIONS: Final = Table(
    "conditions",
    _("受理条件"),
    _("写清谁、什么情况可以办，一行一个条件。"),
    tuple(_text("", _("条件"), _("条件（英文）"), is_long=True)),
)
_BASIS: Final = Table(
    "legal_basis",
    _("设定依据"),
    _("写清哪部法、哪一条、说了什么。"),
    (
        *_text("law", _("法律法规名称"), _("法律法规名称（英文）")),
        *_text("clause", _("条款"), _("条款（英文）")),
        *_text("says", _("内容"), _("内容（英文）"), is_long=True),
    ),
)
_PAPERS: Final = Table(
    "papers",
    _("申请材料"),
    _("写清要什么材料、什么形式、从哪里来、怎样免交。"),
    (
        Column("slug", _("材料标识"), required=True, note=_("小写英文和连字符；与共用材料同名的，可只填标识")),
        *_text("name", _("材料名称"), _("材料名称（英文）")),
        Column("form", _("材料形式"), "choice", required=True, choices=_of(PaperForm)),
        Column("copies", _("份数"), "number", required=True),
        Column("source", _("来源渠道"), "choice", required=True, choices=_of(PaperSource)),
        Column("proof", _("免提交方式"), "choice", required=True, choices=_of(Proof)),
        Column("when", _("什么情形需要"), note=_("表单栏目的条件，如 kind == 'RENT'；不填就是人人需要")),
        *_text("note", _("填报须知"), _("填报须知（英文）"), is_long=True),
        Column("saves_papers", _("核验后少交份数"), "number", note=_("0 或 1")),
    ),
    identity="slug",
)
_VERIFY: Final = Table(
    "verify",
    _("数据核验"),
    _("免提交方式是数据核验的材料，写清向谁问什么。"),
    (
        Column("paper", _("材料标识"), required=True, note=_("与“申请材料”中的标识相同")),
        Column("service", _("核验服务"), required=True),
        Column("claim", _("核验项"), required=True),
        Column("purpose", _("使用用途编号"), required=True),
        Column("resource", _("数据资源代码"), required=True, note=_("如 120012/000001")),
        Column("source", _("数源部门编码"), required=True),
        *_text("asks", _("问什么"), _("问什么（英文）")),
        *_text("why", _("为什么问"), _("为什么问（英文）"), is_long=True),
        *_text("yes", _("答“是”时的说法"), _("答“是”时的说法（英文）")),
        *_text("no", _("答“否”时的说法"), _("答“否”时的说法（英文）")),
    ),
    identity="paper",
)
_CHECKS: Final = Table(
    "checks",
    _("办前自查"),
    _("申请前先问的问题，答得不对时告诉怎么办。"),
    (
        *_text("ask", _("问题"), _("问题（英文）")),
        Column("needed", _("应答"), "choice", required=True, choices=lambda: YES_NO),
        *_text("otherwise", _("答得不对时"), _("答得不对时（英文）"), is_long=True),
    ),
)
_STEPS: Final = Table(
    "steps",
    _("办理流程"),
    _("写清每一步谁做什么；不写的，页面上显示流程自带的步骤。"),
    (
        *_text("name", _("环节"), _("环节（英文）")),
        *_text("who", _("办理人员"), _("办理人员（英文）")),
        *_text("says", _("做什么"), _("做什么（英文）"), is_long=True),
    ),
)
_FAQ: Final = Table(
    "faq",
    _("常见问题"),
    _("写大家常问的问题和回答。"),
    (
        *_text("q", _("问题"), _("问题（英文）")),
        *_text("a", _("回答"), _("回答（英文）"), is_long=True),
    ),
)
_FORM: Final = Table(
    "form",
    _("申请表单"),
    _("列出共用部分，再一行一个写本事项自己的栏目。"),
    (
        Column("part", _("种类"), "choice", required=True, choices=lambda: _PARTS),
        Column("name", _("名称"), required=True, note=_("共用部分的名称，或者栏目的字段名")),
        Column("type", _("栏目类型"), note=_("如 text、money、date、choice、file")),
        *_text("label", _("栏目标题"), _("栏目标题（英文）"), required=False),
        Column("required", _("必填"), "choice", choices=lambda: YES_NO, note=_("不填就是必填")),
        Column("when", _("什么情形出现")),
        Column("rest", _("其余定义"), "json", is_long=True, note=_("选项、上下限、预填等，按表单说明写成 JSON")),
    ),
)
TABLES: Final = (_ITEM, _CONDITIONS, _BASIS, _PAPERS, _VERIFY, _CHECKS, _STEPS, _FAQ, _FORM)
ITEM: Final = _ITEM.key


def table(key: str) -> Table:
    """Raises: KeyError."""
    for one in TABLES:
        if one.key == key:
            return one
    raise KeyError(key)
