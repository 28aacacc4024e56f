"""What the page shows on which a steward tries a call."""

import json
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.data.sharing import snippets
from haihe.data.sharing.adapters.exchange import Exchange
from haihe.data.sharing.forms_trying import TryForm
from haihe.data.sharing.models import Service

ANSWERS: Final[dict[str, Promise]] = {
    "MATCH": _("是"),
    "NO_MATCH": _("否"),
    "FOUND": _("查到"),
    "NOT_FOUND": _("没有查到"),
    "UNKNOWN": _("无法确认"),
}
REASONS: Final[dict[str, Promise]] = {
    "SOURCE_STALE": _("名册已过时效，不能证明在册或者不在册。"),
    "SOURCE_UNREACHABLE": _("名册的索引暂不可用，或者还没有所查的字段。"),
    "RECORD_IN_DOUBT": _("这个人的登记有疑问（被退回，或者姓名不一致），需要人工核实。"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the answer, in words."""

    label: str
    answer: str
    word: str | Promise
    reason: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Snippet:
    """The same question in another language."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class TryPage:
    row: Service
    form: TryForm | None
    is_demo: bool
    exchange: Exchange | None
    told: list[Told]
    values: list[tuple[str, str]]
    request_text: str
    reply_text: str
    snippets: list[Snippet]


def try_page(row: Service, form: TryForm | None, exchange: Exchange | None, *, is_demo: bool) -> TryPage:
    """`form` is None where there is no grant under which anything could be asked."""
    return TryPage(
        row=row,
        form=form,
        is_demo=is_demo,
        exchange=exchange,
        told=_told(row, exchange) if exchange else [],
        values=_values(row, exchange) if exchange else [],
        request_text=_request_text(exchange) if exchange else "",
        reply_text=_reply_text(exchange) if exchange else "",
        snippets=_snippets(row, form, exchange) if form else [],
    )


def _told(row: Service, exchange: Exchange) -> list[Told]:
    said = exchange.said
    several = said.get("answers") or ([said] if "answer" in said else [])
    return [
        Told(
            label=row.title_of(str(each["claim"])) if "claim" in each else row.title,
            answer=str(each["answer"]),
            word=ANSWERS.get(each["answer"], each["answer"]),
            reason=REASONS.get(each.get("reason") or "", ""),
        )
        for each in several
    ]


def _values(row: Service, exchange: Exchange) -> list[tuple[str, str]]:
    values = exchange.said.get("values") or {}
    return [(row.title_of(name), "" if value is None else str(value)) for name, value in values.items()]


def _request_text(exchange: Exchange) -> str:
    head = "".join(f"{name}: {value}\n" for name, value in exchange.request_headers)
    return f"POST {exchange.path} HTTP/1.1\n{head}\n{exchange.request_body}"


def _reply_text(exchange: Exchange) -> str:
    if exchange.status is None:
        return ""
    head = "".join(f"{name}: {value}\n" for name, value in exchange.headers)
    return f"HTTP/1.1 {exchange.status}\n{head}\n{_indented(exchange.body)}"


def _indented(body: str) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body


def _snippets(row: Service, form: TryForm, exchange: Exchange | None) -> list[Snippet]:
    asked = getattr(form, "cleaned_data", {})
    scope = asked.get("claims") or ([row.default_claim] if row.default_claim else row.scope[:1])
    why = {
        "purpose": asked.get("purpose") or str(form.fields["purpose"].choices[0][0]),  # type: ignore[attr-defined]
        "case": asked.get("case") or str(form.initial["case"]),
        "client": exchange.client_id if exchange else "gjj-core",
        "url": settings.HAIHE.gateway_url,
    }
    return [
        Snippet("curl", snippets.curl(row, scope, **why)),
        Snippet("Python", snippets.python(row, scope, **why)),
    ]
