"""What the page shows on which a steward tries a call."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.client.results import BatchLine, ChangeLine
from haihe.data.sharing import snippets, wording
from haihe.data.sharing.adapters.exchange import Exchange
from haihe.data.sharing.forms_trying import TryForm
from haihe.data.sharing.models import Service

ANSWERS: Final[dict[str, Promise]] = {
    "MATCH": _("是"),
    "NO_MATCH": _("否"),
    "FOUND": _("查到"),
    "NOT_FOUND": _("没有查到"),
    "UNKNOWN": _("无法确认"),
    "UNCHANGED": _("没有变化"),
}
BREAKERS: Final[dict[str, Promise]] = {
    "closed": _("正常，接口照常访问"),
    "open": _("暂停访问，接口连续出错"),
    "half_open": _("试探中，只放一个请求过去"),
}
TONES: Final[dict[str, str]] = {"closed": "success", "open": "danger", "half_open": "warning"}
_ENDS: Final = 10
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
class OneOfMany:
    """What was told of one of several persons. Of a number only the ends are shown again."""

    number: str
    answer: str
    word: str | Promise
    reason: str | Promise
    values: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Served:
    """How a department's own interface answered: now, or by what was kept, `age` old; and how its breaker stands."""

    is_live: bool
    age: str
    as_of: str
    breaker: str | Promise
    tone: str


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
    many: list[OneOfMany]
    served: Served | None
    cursor: str
    goes_on: bool


def try_page(
    row: Service,
    form: TryForm | None,
    exchange: Exchange | None,
    *,
    is_demo: bool,
    following: TryForm | None = None,
    breaker: str = "",
) -> TryPage:
    """`form` is None where there is no grant under which anything could be asked; `following` is the next question's.

    `breaker` is how the gateway stands to a department's interface, "" where nobody knows.
    """
    return TryPage(
        row=row,
        form=following or form,
        many=_many(row, form, exchange) if form and exchange else [],
        served=_served(exchange, breaker) if exchange else None,
        cursor=exchange.cursor if exchange else "",
        goes_on=following is not None,
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


def _many(row: Service, form: TryForm, exchange: Exchange) -> list[OneOfMany]:
    """Return a line for each who was asked about; of a subscription, also for those who didn't change."""
    if exchange.lines is None or not exchange.trusted:
        return []
    told = {line.n: line for line in exchange.lines}
    return [_one(row, number, told.get(place)) for place, number in enumerate(form.cleaned_data["many"])]


def _one(row: Service, number: str, line: BatchLine | ChangeLine | None) -> OneOfMany:
    shown = f"{number[:6]}…{number[-4:]}" if len(number) > _ENDS else number
    if line is None:
        return OneOfMany(shown, "UNCHANGED", ANSWERS["UNCHANGED"], "", [])
    if line.problem is not None:
        return OneOfMany(shown, "", "", line.problem.detail, [])
    answer, values = str(line.answer), line.values if isinstance(line, ChangeLine) else {}
    reason = REASONS.get(str(line.reason or ""), "")
    return OneOfMany(shown, answer, ANSWERS.get(answer, answer), reason, _shown(row, values))


def _served(exchange: Exchange, breaker: str) -> Served | None:
    said = exchange.said
    if not breaker and "served" not in said:
        return None
    return Served(
        is_live=said.get("served") == "live",
        age=wording.exact_age(said["age_s"]) if said.get("served") == "last_good" else "",
        as_of=said.get("as_of") or "",
        breaker=BREAKERS.get(breaker, ""),
        tone=TONES.get(breaker, "neutral"),
    )


def _values(row: Service, exchange: Exchange) -> list[tuple[str, str]]:
    return _shown(row, exchange.said.get("values") or {})


def _shown(row: Service, values: Mapping[str, object]) -> list[tuple[str, str]]:
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
        # Lines of JSON, or none: as they came.
        return body


def _snippets(row: Service, form: TryForm, exchange: Exchange | None) -> list[Snippet]:
    asked = form.trial() if form.is_bound and form.is_valid() else None
    purposes = form.fields["purpose"].choices  # type: ignore[attr-defined]  # a choice field
    wanted = snippets.Wanted(
        scope=asked.scope if asked else [row.default_claim] if row.default_claim else row.scope[:1],
        purpose=asked.purpose if asked else str(purposes[0][0]),
        case=asked.case if asked else str(form.initial["case"]),
        many=bool(asked and asked.many),
        parameters=asked.parameters if asked else {},
    )
    where = {"client": exchange.client_id if exchange else "gjj-core", "url": settings.HAIHE.gateway_url}
    return [
        Snippet("curl", snippets.curl(row, wanted, **where)),
        Snippet("Python", snippets.python(row, wanted, **where)),
    ]
