"""The form of an HTTP interface: address, who asks, what the answer holds, how it pages, what is new."""

from typing import Any, ClassVar, Final

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from haihe.data.exchange.sources.fields import choice, lines, number, pairs_of, parts_of, password, text
from haihe.data.exchange.sources.forms import SourceForm

_POINTER: Final = RegexValidator(
    r"^(?:/(?:[^/~]|~[01])+){0,8}$", _("请以 / 开头，一层一层写名称，例如 /data/records。")
)
_ADDRESS: Final = RegexValidator(
    r"^https?://[^/@?#\s]+[^@#\s]*$", _("请写完整地址，以 http:// 或 https:// 开头，不带账号。")
)


def _pointer(label: Any, *, hint: Any) -> Any:
    return text(label, hint=hint, required=False, max_length=300, validators=[_POINTER])


class HttpForm(SourceForm):
    secrets = ("credential",)
    groups = (
        (_("接口"), ("url", "method", "answer", "rows_at")),
        (
            _("登录"),
            ("auth", "auth_name", "user", "credential", "token_url", "token_by", "scope", "authority"),
        ),
        (
            _("翻页"),
            ("paging", "page_param", "first_page", "size_param", "size", "cursor_at", "cursor_param", "total_at"),
        ),
        (_("每次取什么"), ("how", "watermark", "since_param", "since_as", "begin", "overlap", "key")),
        (_("固定参数和请求头"), ("params", "headers")),
        (_("回答的细节"), ("nested", "columns", "ok_at", "ok_values")),
        (_("上限"), ("most_pages", "minutes")),
    )
    folded = frozenset({"auth", "paging", "how", "params", "nested", "most_pages"})
    needed: ClassVar[dict[tuple[str, str], tuple[str, ...]]] = {
        ("auth", "header"): ("auth_name",),
        ("auth", "parameter"): ("auth_name",),
        ("auth", "basic"): ("user",),
        ("auth", "oauth"): ("user", "token_url"),
        ("paging", "page"): ("page_param",),
        ("paging", "offset"): ("page_param", "size_param"),
        ("paging", "cursor"): ("cursor_at",),
        ("how", "watermark"): ("watermark", "since_param", "key"),
    }

    url = text(
        _("接口地址"), hint=_("例如 https://api.example.cn/relief/list。"), max_length=1000, validators=[_ADDRESS]
    )
    method = choice(
        _("请求方法"), [("GET", "GET"), ("POST", "POST")], hint=_("用 POST 时，参数以 JSON 对象放在请求正文里。")
    )
    params = lines(_("固定参数"), hint=_("每行一个，写作 名称=值；不要在这里写密钥。"), max_length=10_000)
    headers = lines(_("固定请求头"), hint=_("每行一个，写作 名称=值；不要在这里写密钥。"), max_length=10_000)

    auth = choice(
        _("登录方式"),
        [
            ("none", _("不需要")),
            ("header", _("请求头中的密钥")),
            ("parameter", _("参数中的密钥")),
            ("basic", _("用户名和密码（Basic）")),
            ("bearer", _("令牌（Bearer）")),
            ("oauth", _("OAuth 客户端凭据")),
        ],
    )
    auth_name = text(_("密钥的名称"), hint=_("请求头或参数的名称，例如 X-App-Key。"), required=False, max_length=64)
    user = text(_("用户名或客户端标识"), required=False, max_length=500)
    credential = password(_("密钥、密码或令牌"), hint=_("加密保存，不再显示；修改时不填则不变。"))
    token_url = text(_("令牌地址"), hint=_("仅 OAuth 需要。"), required=False, max_length=1000, validators=[_ADDRESS])
    token_by = choice(
        _("取令牌时出示"),
        [("basic", _("用户名和密码（Basic）")), ("body", _("表单中的 client_id 和 client_secret"))],
    )
    scope = text(_("令牌范围"), hint=_("仅 OAuth，对方要求时填写。"), required=False, max_length=500)
    authority = lines(_("签发机构证书"), hint=_("PEM 文本；对方用自建机构的证书时填写。"), max_length=20_000)

    answer = choice(
        _("回答是什么"), [("rows", _("JSON 中的行")), ("file", _("一个文件（CSV、Excel、JSON、Parquet 等）"))]
    )
    rows_at = _pointer(_("行的位置"), hint=_("例如 /data/records；回答本身就是数组时不填。"))
    nested = choice(
        _("行里有嵌套的对象时"),
        [("flatten", _("展开为“外层.内层”的列")), ("refuse", _("不采用"))],
        hint=_("展开后，数组仍按 JSON 文字保留。"),
    )
    columns = text(_("只取这些列"), hint=_("用逗号分隔；不填为全部。"), required=False, max_length=4000)
    ok_at = _pointer(_("成功标志的位置"), hint=_("回答里写明成败的接口填写，例如 /code。"))
    ok_values = text(_("成功的取值"), hint=_("用逗号分隔，例如 0，200。"), required=False, max_length=500)

    paging = choice(
        _("翻页方式"),
        [
            ("none", _("不翻页")),
            ("page", _("按页码")),
            ("offset", _("按起始行号")),
            ("cursor", _("按回答中的游标或下一页地址")),
            ("link", _("按 Link 响应头的下一页")),
        ],
    )
    page_param = text(_("页码或起始行号参数"), hint=_("例如 page 或 offset。"), required=False, max_length=128)
    first_page = number(_("第一页的页码"), min_value=0, max_value=1, initial=1)
    size_param = text(_("每页行数参数"), hint=_("例如 size 或 limit。"), required=False, max_length=128)
    size = number(_("每页行数"), min_value=1, max_value=100_000, initial=500)
    cursor_at = _pointer(_("游标的位置"), hint=_("例如 /data/next；没有下一页时为空。"))
    cursor_param = text(_("游标参数"), hint=_("不填表示游标本身就是下一页的地址。"), required=False, max_length=128)
    total_at = _pointer(_("总数的位置"), hint=_("例如 /data/total；填写后核对取得的行数，不一致就不采用。"))

    how = choice(
        _("每次取什么"),
        [("full", _("全部行")), ("watermark", _("水位列变大的行"))],
        hint=_("水位方式第一次取全部，以后只取变化，看不到删除。"),
    )
    watermark = text(_("水位列"), hint=_("每次修改都会变大的时间或序号列。"), required=False, max_length=500)
    since_param = text(_("起点参数"), hint=_("向对方说明从何时起，例如 updatedSince。"), required=False, max_length=128)
    since_as = choice(
        _("水位的写法"),
        [
            ("moment", "2026-11-25 08:00:00"),
            ("iso", "2026-11-25T08:00:00+08:00"),
            ("date", "2026-11-25"),
            ("compact", "20261125080000"),
            ("number", _("数字（序号或时间戳）")),
            ("text", _("文字，按字符顺序")),
        ],
    )
    begin = text(_("第一次的起点"), hint=_("对方要求必填时填写。"), required=False, max_length=500)
    overlap = number(
        _("回看"),
        hint=_("秒（数字为个数）：晚提交的行在这段之内仍能取到。"),
        min_value=0,
        max_value=31_536_000,
        initial=300,
    )
    key = text(_("主键列"), hint=_("能区分每一行的列，用逗号分隔；增量方式必填。"), required=False, max_length=1000)
    most_pages = number(_("最多页数"), min_value=1, max_value=1_000_000, initial=10_000)
    minutes = number(_("最长分钟"), min_value=1, max_value=720, initial=60)

    @property
    def settings(self) -> dict[str, Any]:
        told = super().settings
        lists = {name: parts_of(told[name]) for name in ("columns", "ok_values", "key")}
        return told | lists | {name: pairs_of(told[name]) for name in ("params", "headers")}

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for (field, value), names in self.needed.items():
            if told.get(field) == value:
                for name in (name for name in names if name in told and not told[name]):
                    self.add_error(name, _("按上面的选择，这一项必填。"))
        if bool(told.get("ok_at")) != bool(told.get("ok_values")):
            self.add_error("ok_values", _("成功标志的位置和取值要一起填写。"))
        if told.get("answer") == "file" and (told.get("paging") != "none" or told.get("how") != "full"):
            self.add_error("answer", _("取文件时不能翻页，也没有水位。"))
        return told
