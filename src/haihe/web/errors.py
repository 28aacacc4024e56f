"""What people and programs are told when something goes wrong.

A person gets a page that says what to do; a request that accepts JSON but not HTML gets an RFC 9457 problem document.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from haihe.base.accounts import api as accounts
from haihe.kernel.problems import MEDIA_TYPE, Problem


@dataclass(frozen=True, slots=True)
class Advice:
    """One error in plain words: what happened, and what to do now. `slug` names the problem document."""

    slug: str
    heading: str | Promise
    lead: str | Promise
    steps: tuple[str | Promise, ...]


_BACK = _("返回上一页，或从首页重新进入。")
ADVICE = {
    400: Advice(
        "malformed-request",
        _("这个请求有误"),
        _("提交的内容不完整或格式不对，系统没有保存任何改动。"),
        (_("返回上一页，检查填写的内容后再提交。"), _("不要直接修改网址中的参数。")),
    ),
    403: Advice(
        "no-grant",
        _("您没有这项权限"),
        _("您现在的岗位不能查看或办理这一项，本次操作没有执行。"),
        (_("确认是否用对了账号；需要时退出后换账号登录。"), _("工作需要权限的，请联系本单位管理员。")),
    ),
    404: Advice(
        "not-found",
        _("没有找到这个页面"),
        _("网址可能有误，或者内容已经移走。"),
        (_("核对网址是否完整。"), _BACK),
    ),
    405: Advice(
        "method-not-allowed",
        _("不能这样打开这个地址"),
        _("这个地址只接受页面上的按钮提交，不能直接访问。"),
        (_BACK,),
    ),
    500: Advice(
        "unavailable",
        _("系统出了点问题"),
        _("不是您的操作有误。问题已经记入日志，管理员会处理。"),
        (_("请稍后重试。"), _("正在办理的事项不会因此丢失；窗口可先按纸质材料受理。")),
    ),
}
CSRF_ADVICE = Advice(
    "malformed-request",
    _("页面已过期，请重新提交"),
    _("为防止他人冒用，页面打开过久或浏览器禁用了 Cookie 时不能提交。没有保存任何改动。"),
    (_("返回上一页，刷新后重新提交。"), _("请允许浏览器为本网站保存 Cookie。")),
)


def wants_problem(request: HttpRequest) -> bool:
    """True for a program: it takes JSON and doesn't take HTML."""
    accepted = request.headers.get("Accept", "")
    return "json" in accepted and not request.accepts("text/html")


def answer(request: HttpRequest, status: int, advice: Advice | None = None) -> HttpResponse:
    """Make the page or the problem document for this status."""
    advice = advice or ADVICE[status]
    if wants_problem(request):
        problem = Problem.of(advice.slug)
        return HttpResponse(problem.to_json(), status=status, content_type=MEDIA_TYPE)
    return render(request, "errors/error.html", {"advice": advice, "status": status}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer without the usual context: whatever broke may break the layout again (the database, above all)."""
    if wants_problem(request):
        return HttpResponse(Problem.of("unavailable").to_json(), status=500, content_type=MEDIA_TYPE)
    return HttpResponse(render_to_string("errors/500.html", {"advice": ADVICE[500]}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return answer(request, 403, CSRF_ADVICE)


class RefusalsMiddleware:
    """Turns NotPermitted into 403, and bare refusals (405 of the decorators) into pages that help.

    An address with a NUL names nothing: PostgreSQL can't even be asked for it, so it's 404 before any view.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info:
            return answer(request, 404)
        response = self.get_response(request)
        if response.status_code == 405 and isinstance(response, HttpResponse) and not response.content:
            told = answer(request, 405)
            told["Allow"] = response.get("Allow", "")
            return told
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answer(request, 403) if isinstance(exception, accounts.NotPermitted) else None
