"""Forms of sources: what each kind of connector is told, in the words of those who fill them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.data.exchange.rules import RegisterSchema
from haihe.data.exchange.sources.fields import SELECT, choice, lines, lines_of, number, parts_of, password, text

_MOST_COLUMNS: Final = 2000
_LONGEST_TITLE: Final = 200


class Told(forms.Form):
    """A form whose hints and errors are told to whoever can't see them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            told = [f"id_{name}_helptext"] if field.help_text else []
            if self.is_bound and self.errors.get(name):
                told.append(f"id_{name}_error")
                field.widget.attrs["aria-invalid"] = "true"
            if told:
                field.widget.attrs["aria-describedby"] = " ".join(told)


class ChooseForm(Told):
    """The first step: which resource, and which kind of source."""

    resource = forms.ChoiceField(label=_("数据资源"), widget=forms.Select(attrs=SELECT))

    def __init__(self, *args: Any, registers: list[RegisterSchema], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        resource = self.fields["resource"]
        assert isinstance(resource, forms.ChoiceField)  # noqa: S101 - declared above
        resource.choices = [(register.resource, f"{register.title}（{register.resource}）") for register in registers]


@dataclass(frozen=True, slots=True)
class FormPart:
    """Fields under a heading. A folded part is open where something in it is wrong, or told otherwise than usual."""

    heading: Any
    fields: list[forms.BoundField]
    is_folded: bool = False

    @property
    def is_open(self) -> bool:
        return any(each.errors or _is_told(each) for each in self.fields)


def _is_told(bound: forms.BoundField) -> bool:
    usual = bound.field.initial
    if isinstance(bound.field, forms.ChoiceField) and usual is None:
        choices: Any = bound.field.choices
        usual = choices[0][0]
    return str(bound.value() or "") not in ("", str(usual or ""))


class SourceForm(Told):
    """What all kinds share. `secrets` are the names that go into the sealed struct."""

    secrets: ClassVar[tuple[str, ...]] = ()
    groups: ClassVar[tuple[tuple[Any, tuple[str, ...]], ...]] = ()
    """Long forms in parts: a heading, and the names of its fields. What is in no part comes first."""
    folded: ClassVar[frozenset[str]] = frozenset()
    """Parts that most need nothing of, by their first field: they are shut until something in them is told."""

    title = text(_("数据源名称"), hint=_("同一数据资源的数据源之间用来区分，例如“业务系统只读库”。"), max_length=60)

    @property
    def settings(self) -> dict[str, Any]:
        hidden = {"title", *self.secrets}
        return {name: value for name, value in self.cleaned_data.items() if name not in hidden and value is not None}

    @property
    def secret(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.secrets if self.cleaned_data[name]}

    @property
    def parts(self) -> list["FormPart"]:
        """Return the fields under their headings, for the page."""
        grouped = {name for _heading, names in self.groups for name in names}
        first = FormPart("", [self[name] for name in self.fields if name not in grouped])
        rest = ((heading, [self[name] for name in names if name in self.fields]) for heading, names in self.groups)
        return [
            first,
            *(FormPart(heading, fields, fields[0].name in self.folded) for heading, fields in rest if fields),
        ]

    @classmethod
    def filled(cls, title: str, settings: dict[str, Any]) -> dict[str, Any]:
        """Return the initial values that say these settings."""
        return {name: _shown(value) for name, value in settings.items()} | {"title": title}


def _shown(value: Any) -> Any:
    if isinstance(value, list):
        return "，".join(value)
    return lines_of(value) if isinstance(value, dict) else value


class DropForm(SourceForm):
    """What files dropped somewhere have in common."""

    path = text(_("文件夹"), hint=_("相对于投放目录的路径；不填为投放目录本身。"), required=False, max_length=500)
    pattern = text(_("文件名"), hint=_("可用 * 和 ?，例如 救助对象-*.csv。"), max_length=100, initial="*")
    finished = choice(
        _("怎样算写完"),
        [("quiet", _("一段时间没有变化")), ("marker", _("旁边有同名加 .ok 的标记文件"))],
        hint=_("只取写完的文件；标记文件最可靠。"),
    )
    quiet_s = number(_("没有变化多少秒"), min_value=1, max_value=86_400, initial=60)
    afterwards = choice(
        _("采用之后"),
        [("move", _("移到 done 文件夹")), ("delete", _("删除"))],
        hint=_("退回的文件总是移到 refused 文件夹。"),
    )


class FolderForm(DropForm):
    pass


class SftpForm(DropForm):
    secrets = ("password", "private_key")
    field_order = ("title", "host", "port", "host_key", "user", "password", "private_key")

    host = text(_("主机"), max_length=253)
    port = number(_("端口"), min_value=1, max_value=65535, initial=22)
    host_key = text(
        _("主机公钥"),
        hint=_("对方服务器的公钥，例如 ssh-ed25519 AAAA…；不知道时先不填，测试会显示对方出示的公钥，核实后再填。"),
        required=False,
        max_length=4000,
    )
    user = text(_("用户名"), max_length=253)
    password = password(_("密码"), hint=_("加密保存，不再显示；修改时不填则不变。"))
    private_key = lines(_("私钥"), hint=_("用私钥登录时填写，不带口令；加密保存，不再显示。"), max_length=20_000)


class DatabaseForm(SourceForm):
    secrets = ("password",)
    groups = (
        (_("连接"), ("engine", "host", "port", "database", "user", "password", "url", "tls", "authority")),
        (_("取什么"), ("table", "query", "columns")),
        (_("每次取多少"), ("how", "watermark", "overlap", "key")),
    )

    engine = choice(
        _("数据库"),
        [("postgresql", "PostgreSQL"), ("mysql", "MySQL / MariaDB"), ("url", _("其他（按 SQLAlchemy 地址）"))],
    )
    host = text(_("主机"), required=False, max_length=253)
    port = number(_("端口"), hint=_("不填为默认端口。"), required=False, min_value=1, max_value=65535)
    database = text(_("数据库名"), required=False, max_length=253)
    user = text(_("用户名"), hint=_("请对方开设只读账号。"), required=False, max_length=253)
    password = password(_("密码"), hint=_("加密保存，不再显示；修改时不填则不变。"))
    url = text(
        _("地址"),
        hint=_(
            "仅“其他”需要，例如达梦 dm://user@host:5236、Oracle oracle+oracledb://user@host:1521/?service_name=db；不写密码，驱动程序由系统管理员安装。"
        ),
        required=False,
        max_length=1000,
    )
    tls = choice(
        _("加密连接"),
        [("off", _("不要求")), ("require", _("要求加密")), ("verify", _("要求加密并核对证书"))],
    )
    authority = lines(_("签发机构证书"), hint=_("PEM 文本；核对证书而对方用自建机构时填写。"), max_length=20_000)
    table = text(_("表或视图"), hint=_("例如 public.jiuzhu；与查询语句二选一。"), required=False, max_length=253)
    query = lines(_("查询语句"), hint=_("一条 SELECT；可用 AS 把列名改成资源的列名。"), max_length=20_000)
    columns = text(_("只取这些列"), hint=_("用逗号分隔；不填为全部。"), required=False, max_length=4000)
    how = choice(
        _("每次取什么"),
        [
            ("full", _("全部行")),
            ("watermark", _("水位列变大的行")),
            ("difference", _("与上次比对，只取增加、修改和删除的行")),
        ],
        hint=_("后两种第一次取全部，以后只取变化；水位方式看不到删除。"),
    )
    watermark = text(_("水位列"), hint=_("每次修改都会变大的时间或序号列。"), required=False, max_length=128)
    overlap = number(
        _("回看"),
        hint=_("秒（序号列为个数）：晚提交的行在这段之内仍能取到。"),
        min_value=0,
        max_value=31_536_000,
        initial=300,
    )
    key = text(_("主键列"), hint=_("能区分每一行的列，用逗号分隔；增量方式必填。"), required=False, max_length=1000)

    @property
    def settings(self) -> dict[str, Any]:
        told = super().settings
        return told | {"columns": parts_of(told["columns"]), "key": parts_of(told["key"])}


def chosen_columns(told: Mapping[str, str]) -> dict[str, str]:
    """Return which field each column of a source was said to be, from the page on which a test shows them."""
    titles = ((place, told.get(f"title-{place}")) for place in range(_MOST_COLUMNS))
    return {title[:_LONGEST_TITLE]: told.get(f"column-{place}", "") for place, title in titles if title}


class ScheduleForm(Told):
    """When a source is fetched."""

    often = forms.ChoiceField(
        label=_("取数计划"),
        choices=[
            ("", _("只手动取数")),
            ("0 * * * *", _("每小时")),
            ("0 2 * * *", _("每天 2:00")),
            ("0 6,12,18 * * *", _("每天 6:00、12:00、18:00")),
            ("0 3 * * 1", _("每周一 3:00")),
            ("0 4 1 * *", _("每月 1 日 4:00")),
            ("other", _("其他（按下面填写）")),
        ],
        required=False,
        widget=forms.Select(attrs=SELECT),
    )
    line = text(
        _("其他计划"),
        hint=_("五段 cron 写法，按北京时间：分 时 日 月 周，例如 30 1 * * *；间隔不少于五分钟。"),
        required=False,
        max_length=100,
    )
    working_days = forms.BooleanField(
        label=_("只在工作日"), required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )
    tell_after = number(_("连续失败几次提醒"), min_value=1, max_value=100, initial=3)

    @property
    def schedule(self) -> str:
        often: str = self.cleaned_data["often"]
        return " ".join(self.cleaned_data["line"].split()) if often == "other" else often

    @classmethod
    def filled(cls, schedule: str, *, working_days: bool, tell_after: int) -> dict[str, Any]:
        known = {value for value, _label in cls.base_fields["often"].choices}  # type: ignore[attr-defined]  # Django's stubs don't tell
        usual = schedule in known
        return {
            "often": schedule if usual else "other",
            "line": "" if usual else schedule,
            "working_days": working_days,
            "tell_after": tell_after,
        }
