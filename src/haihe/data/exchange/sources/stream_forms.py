"""The forms of sources of messages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from haihe.data.exchange.sources.fields import choice, lines, number, parts_of, password, text
from haihe.data.exchange.sources.forms import SourceForm


class MessagesForm(SourceForm):
    """What sources of messages have in common."""

    host = text(_("主机"), max_length=253)
    user = text(_("用户名"), required=False, max_length=253)
    tls = choice(_("加密连接"), [("off", _("不要求")), ("verify", _("要求加密并核对证书"))])
    authority = lines(_("签发机构证书"), hint=_("PEM 文本；对方用自建机构的证书时填写。"), max_length=20_000)
    body = choice(_("消息的写法"), [("json", _("JSON 对象，或对象的数组")), ("csv", _("一行或几行 CSV"))])
    columns = text(_("列"), hint=_("用逗号分隔；CSV 按消息中的顺序，嵌套的对象写作 外层.内层。"), max_length=4000)
    key = text(_("主键列"), hint=_("能区分每一行的列，用逗号分隔，与规则中的主键相同。"), max_length=1000)
    op_field = text(_("操作列"), hint=_("说明增加、修改或删除；不填则都是增加或修改。"), required=False, max_length=253)
    delete_values = text(
        _("表示删除的取值"), hint=_("用逗号分隔。"), required=False, max_length=500, initial="delete，DELETE，D，d"
    )
    most_messages = number(_("一次最多取几条"), min_value=1, max_value=200_000, initial=20_000)
    quiet_s = number(_("静多少秒算取完"), min_value=1, max_value=60, initial=2)

    @property
    def settings(self) -> dict[str, Any]:
        told = super().settings
        return told | {name: parts_of(told[name]) for name in ("columns", "key", "delete_values")}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        columns = parts_of(told.get("columns", ""))
        if missing := [name for name in parts_of(told.get("key", "")) if name not in columns]:
            self.add_error("key", _("主键列也要写在“列”里：%(names)s。") % {"names": "、".join(missing)})
        return told


_MESSAGES = ("body", "columns", "key", "op_field", "delete_values")
_LIMITS = ("most_messages", "quiet_s")


class NatsForm(MessagesForm):
    secrets = ("credential",)
    groups = (
        (_("消息服务"), ("host", "port", "tls", "authority", "auth", "user", "credential")),
        (_("消息流"), ("stream", "consumer", "subject")),
        (_("消息"), _MESSAGES),
        (_("上限"), _LIMITS),
    )

    port = number(_("端口"), min_value=1, max_value=65535, initial=4222)
    auth = choice(
        _("登录方式"),
        [
            ("none", _("不需要")),
            ("user", _("用户名和密码")),
            ("token", _("令牌")),
            ("credentials", _("凭据文件（.creds）的内容")),
        ],
    )
    credential = lines(
        _("密码、令牌或凭据"), hint=_("加密保存，不再显示；修改时不填则不变。"), max_length=20_000, strip=False
    )
    stream = text(_("流的名称"), max_length=128)
    consumer = text(_("消费者的名称"), hint=_("持久的拉取消费者；没有时自动建立。"), max_length=128)
    subject = text(_("只取这个主题"), hint=_("可用 * 和 >；不填为整个流。"), required=False, max_length=253)


class MqttForm(MessagesForm):
    secrets = ("password",)
    groups = (
        (_("消息服务"), ("host", "port", "version", "tls", "authority", "user", "password")),
        (_("订阅"), ("topic", "client")),
        (_("消息"), _MESSAGES),
        (_("上限"), _LIMITS),
    )

    port = number(_("端口"), min_value=1, max_value=65535, initial=1883)
    version = choice(_("协议版本"), [("5", "MQTT 5"), ("3.1.1", "MQTT 3.1.1")])
    password = password(_("密码"), hint=_("加密保存，不再显示；修改时不填则不变。"))
    topic = text(_("主题"), hint=_("可用 + 和 #，例如 relief/changed/#。"), max_length=500)
    client = text(
        _("会话名"),
        hint=_("对方据此为我们留存消息，第一次取数时建立；两个数据源不能用同一个。"),
        max_length=60,
    )
