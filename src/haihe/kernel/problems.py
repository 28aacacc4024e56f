"""Problem documents (RFC 9457): the one list of what can go wrong between programs, and how it is told.

A problem's words never depend on whether a person is on a register; tests hold the gateway to that.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MEDIA_TYPE = "application/problem+json"
_TYPE_PREFIX = "urn:haihe:problem:"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """One kind of problem. `detail` is the Chinese sentence that says what to do, used where a case gives none."""

    slug: str
    status: int
    title_zh: str
    title_en: str
    detail: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One occurrence. `instance` is the evidence id under which the ledger keeps it, where there is one."""

    slug: str
    status: int
    title_zh: str
    title_en: str
    detail: str
    instance: str | None = None
    detail_en: str | None = None

    @classmethod
    def of(
        cls, slug: str, *, detail: str | None = None, instance: str | None = None, detail_en: str | None = None
    ) -> "Problem":
        """Make a problem of a registered type. Raises: KeyError for a slug outside `PROBLEMS`."""
        kind = PROBLEMS[slug]
        return cls(slug, kind.status, kind.title_zh, kind.title_en, detail or kind.detail, instance, detail_en)

    @classmethod
    def from_json(cls, text: bytes | str) -> "Problem":
        """Read a problem document of ours. Raises: ValueError for anything else."""
        document = json.loads(text)
        if not isinstance(document, dict) or not str(document.get("type", "")).startswith(_TYPE_PREFIX):
            raise ValueError("not a problem document of Haihe")
        try:
            return cls.of(
                document["type"].removeprefix(_TYPE_PREFIX),
                detail=_text(document, "detail"),
                instance=_text(document, "instance"),
                detail_en=_text(document, "detail_en"),
            )
        except KeyError as unknown:
            raise ValueError(f"unknown problem {unknown}") from unknown

    @property
    def type(self) -> str:
        return _TYPE_PREFIX + self.slug

    def to_json(self) -> bytes:
        document = {
            "type": self.type,
            "title": self.title_zh,
            "title_en": self.title_en,
            "status": self.status,
            "detail": self.detail,
        }
        if self.detail_en is not None:
            document["detail_en"] = self.detail_en
        if self.instance is not None:
            document["instance"] = self.instance
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _text(document: Mapping[str, Any], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) else None


_TYPES = (
    ProblemType("malformed-request", 400, "请求格式有误", "Malformed request", "请按接口说明检查请求的格式。"),
    ProblemType("credentials-missing", 401, "缺少身份凭证", "Credentials missing", "请按接口说明对请求签名。"),
    ProblemType("credentials-invalid", 401, "身份凭证无效", "Credentials invalid", "请核对应用编号、密钥和签名内容。"),
    ProblemType("tls-required", 403, "须使用加密连接", "TLS required", "令牌只能经 HTTPS 传送，请改用 HTTPS 地址。"),
    ProblemType(
        "insufficient-scope", 403, "令牌范围不含该服务", "Insufficient scope", "请重新申请令牌，在 scope 中写明该服务。"
    ),
    ProblemType("key-expired", 401, "密钥不在有效期内", "Key not in force", "请改用新密钥，或请数据专员更换密钥。"),
    ProblemType(
        "clock-skew", 401, "时间偏差过大", "Clock skew too large", "签名时间与网关时间相差超过五分钟，请校准时钟。"
    ),
    ProblemType("no-grant", 403, "没有授权", "No grant", "本单位没有使用该服务的授权，请先提出共享申请。"),
    ProblemType("grant-expired", 403, "授权不在有效期内", "Grant not in force", "授权已到期或尚未生效，请办理续期。"),
    ProblemType("grant-suspended", 403, "授权已暂停", "Grant suspended", "授权已被暂停，请联系数据提供部门。"),
    ProblemType(
        "grant-terminated",
        403,
        "授权已终止",
        "Grant terminated",
        "授权已终止，不再恢复；仍需使用的，请重新申请。",
    ),
    ProblemType(
        "purpose-not-granted", 403, "用途未获授权", "Purpose not granted", "授权不包含此用途，不得超出用途使用数据。"
    ),
    ProblemType(
        "field-out-of-scope", 403, "超出授权范围", "Outside the granted scope", "授权不包含所请求的核验内容或者字段。"
    ),
    ProblemType(
        "unknown-service",
        404,
        "服务不存在",
        "Unknown service",
        "没有这个服务，或者它已经停止、资源已经下线；请核对服务名称，或在目录中查找可用的服务，办事请改收材料。",
    ),
    ProblemType("not-found", 404, "地址不存在", "Not found", "请核对请求地址。"),
    ProblemType("method-not-allowed", 405, "请求方法不允许", "Method not allowed", "请按接口说明使用正确的请求方法。"),
    ProblemType(
        "replayed-request", 409, "重复的请求", "Replayed request", "每次请求须使用新的随机数（nonce）重新签名。"
    ),
    ProblemType(
        "cursor-too-old",
        410,
        "游标已失效",
        "Cursor too old",
        "变更历史不再追溯到这个游标；请不带 since 重新取得游标，并用查询或者核验补上其间的变化。",
    ),
    ProblemType(
        "body-too-large",
        413,
        "请求内容过大",
        "Body too large",
        "请求内容不得超过 4 KiB，批量核验和订阅不得超过 2 MiB。",
    ),
    ProblemType("unsupported-media-type", 415, "内容类型不支持", "Unsupported media type", "请使用 application/json。"),
    ProblemType(
        "invalid-identifier", 422, "证件号码有误", "Invalid identifier", "证件号码未通过校验，请核对后重新提交。"
    ),
    ProblemType(
        "identity-not-confirmed", 403, "身份核对不符", "Identity not confirmed", "填写的号码对不上，请核对后重试。"
    ),
    ProblemType(
        "access-conditional",
        403,
        "有条件开放",
        "Open under conditions",
        "请先在门户提出申请，并在请求中带上获准的密钥。",
    ),
    ProblemType(
        "dataset-withdrawn", 410, "数据集已经撤下", "Dataset withdrawn", "这个数据集不再开放，请在门户查看原因。"
    ),
    ProblemType("query-invalid", 400, "查询有误", "Query not understood", "请按接口说明检查查询的写法。"),
    ProblemType("query-too-costly", 422, "查询过大", "Query too costly", "请增加条件缩小范围，或者下载整个文件。"),
    ProblemType("range-invalid", 416, "没有这一段", "Range not satisfiable", "请求的范围在文件末尾之后。"),
    ProblemType("quota-exceeded", 429, "超出每日限额", "Daily quota exceeded", "今日调用次数已用完，次日零时恢复。"),
    ProblemType("rate-limited", 429, "调用过于频繁", "Too many requests", "超出每秒调用次数，请按 Retry-After 重试。"),
    ProblemType(
        "source-unreachable",
        502,
        "数据源无法连接",
        "Source unreachable",
        "提供部门的接口暂时连接不上，请稍后重试；办事人员可先按纸质材料受理。",
    ),
    ProblemType(
        "source-answer-invalid",
        502,
        "数据源答复有误",
        "Source answer invalid",
        "提供部门的接口答复不合约定，已留痕；请联系提供部门，办事人员可先按纸质材料受理。",
    ),
    ProblemType(
        "source-timeout",
        504,
        "数据源超时",
        "Source timed out",
        "提供部门的接口没有按时答复，请稍后重试；办事人员可先按纸质材料受理。",
    ),
    ProblemType(
        "provider-maintenance",
        503,
        "提供部门正在维护",
        "Provider under maintenance",
        "提供部门正在维护，请在 Retry-After 之后重试；办事人员可先按纸质材料受理。",
    ),
    ProblemType(
        "unavailable", 503, "服务暂不可用", "Temporarily unavailable", "请稍后重试；办事人员可先按纸质材料受理。"
    ),
)
PROBLEMS: Mapping[str, ProblemType] = {kind.slug: kind for kind in _TYPES}
