"""Forms of delivery: a target of each kind, and what goes into it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haihe.city import api as city
from haihe.data.exchange.delivery.models import DeliveryTarget, TargetKind
from haihe.data.exchange.nodes import api as nodes
from haihe.data.sharing import api as sharing


def _text(label: Any, *, help_text: Any = "", required: bool = True, most: int = 200) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=most,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


def _password(label: Any, *, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"class": "form-control", "autocomplete": "new-password"})
    return forms.CharField(label=label, help_text=help_text, required=False, max_length=1000, widget=widget)


def _port(most_usual: int) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control"})
    return forms.IntegerField(label=_("端口"), min_value=1, max_value=65535, initial=most_usual, widget=widget)


def _choice(label: Any, choices: Any, *, help_text: Any = "") -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, choices=choices, help_text=help_text, widget=widget)


class TargetForm(forms.Form):
    """What every kind of target has; `settings` and `secrets` name the fields that are its own."""

    settings: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    has_nodes = False
    title = _text(_("名称"), help_text=_("便于辨认，如“公积金业务库”。"), most=100)
    organisation = _choice(_("使用部门"), ())

    def __init__(self, *args: Any, organisations: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = city.organisation_names(organisations)
        _choose(self, "organisation", [(code, names.get(code, code)) for code in organisations])
        self.offer(organisations)
        _describe(self)

    def offer(self, organisations: list[str]) -> None:
        """Fill in what else there is to choose from."""

    def settings_given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.settings if self.cleaned_data[name] not in ("", None)}

    def secret_given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.secrets if self.cleaned_data[name]}


class DatabaseForm(TargetForm):
    settings = ("engine", "host", "port", "database", "user", "table", "how")
    secrets = ("password",)
    engine = _choice(_("数据库"), [("postgresql", "PostgreSQL"), ("mysql", "MySQL / MariaDB")])
    host = _text(_("主机"), most=253)
    port = _port(5432)
    database = _text(_("库名"))
    user = _text(_("账号"), help_text=_("只给这个账号目标表和 haihe_deliveries 表的权限。"))
    password = _password(_("密码"))
    table = _text(_("目标表"), help_text=_("没有这张表时自动建立；表里别人的行不会改动。"), most=63)
    how = _choice(
        _("更新方式"),
        [("swap", _("整体替换")), ("upsert", _("按行更新"))],
        help_text=_("两种方式结果相同，都在一个事务里完成。"),
    )


class FolderForm(TargetForm):
    settings = ("path",)
    path = _text(_("文件夹"), help_text=_("交付根目录下的相对路径，如 gjj/relief。"))


class SftpForm(TargetForm):
    settings = ("host", "port", "user", "path", "host_key")
    secrets = ("password", "private_key")
    host = _text(_("主机"), most=253)
    port = _port(22)
    user = _text(_("账号"))
    password = _password(_("密码"), help_text=_("或者在下面填写私钥。"))
    private_key = forms.CharField(
        label=_("私钥"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4, "autocomplete": "off"}),
    )
    path = _text(_("文件夹"))
    host_key = _text(_("主机公钥"), help_text=_("known_hosts 中的一行，不含主机名；与登记不一致时不交付。"), most=5000)


class NodeForm(TargetForm):
    """A target at one of the body's own nodes; where there is none, the page says what to do."""

    node = _choice(_("前置机"), ())

    def offer(self, organisations: list[str]) -> None:
        offered = [(node.name, node.title) for node in nodes.nodes_of(organisations)]
        self.has_nodes = bool(offered)
        _choose(self, "node", offered)


class NodeTableForm(NodeForm):
    settings = ("node", "connection", "engine", "host", "port", "database", "user", "table", "how")
    engine = DatabaseForm.base_fields["engine"]
    host = _text(_("主机"), help_text=_("前置机所在网络里的主机名或地址。"), most=253)
    port = _port(5432)
    database = DatabaseForm.base_fields["database"]
    user = DatabaseForm.base_fields["user"]
    connection = _text(
        _("连接名"),
        help_text=_("前置机 connections.toml 里的名字；密码只放在那里，中心不保存。"),
        most=32,
    )
    table = DatabaseForm.base_fields["table"]
    how = DatabaseForm.base_fields["how"]


class NodeFolderForm(NodeForm):
    settings = ("node", "path")
    path = _text(_("文件夹"), help_text=_("前置机 files 文件夹下的相对路径，如 in/relief。"))


FORMS: dict[str, type[TargetForm]] = {
    TargetKind.DATABASE: DatabaseForm,
    TargetKind.FOLDER: FolderForm,
    TargetKind.SFTP: SftpForm,
    TargetKind.NODE_TABLE: NodeTableForm,
    TargetKind.NODE_FOLDER: NodeFolderForm,
}


class PlanForm(forms.Form):
    """Which grant's rows go into which target."""

    grant = _choice(_("授权"), ())
    target = _choice(_("交付目标"), ())
    content = forms.ChoiceField(
        label=_("交付内容"),
        choices=[("whole", _("每次全部")), ("changes", _("只有变化"))],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_(
            "只有变化：数据库表按主键更新和删除；文件夹每次得到一个变化文件，第一列 haihe_op 写明 upsert 或 delete，"
            "按文件名的序号依次使用。第一次和衔接不上时交付全部；去前置机的，收到前一次的回执后，其间的变化合成一次。"
        ),
    )

    def __init__(
        self, *args: Any, grants: list[sharing.GrantInfo], targets: list[DeliveryTarget], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        titles = {service.slug: service.title for service in sharing.services()}
        told = [(str(g.id), f"{titles.get(g.service, g.service)}（{g.request_number}）") for g in grants]
        _choose(self, "grant", told)
        _choose(self, "target", [(str(t.pk), f"{t.title}（{t.get_kind_display()}）") for t in targets])
        _describe(self)


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
    field.choices = choices


def _describe(form: forms.Form) -> None:
    """Tie each field to its hint and its error for those who hear the page."""
    for name, field in form.fields.items():
        told = [f"id_{name}_helptext"] if field.help_text else []
        if form.is_bound and form.errors.get(name):
            told.append(f"id_{name}_error")
            field.widget.attrs["aria-invalid"] = "true"
        if told:
            field.widget.attrs["aria-describedby"] = " ".join(told)
