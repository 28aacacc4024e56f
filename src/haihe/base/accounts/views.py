"""Signing in and out."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from haihe.base.accounts.access import client_address
from haihe.base.accounts.forms import SignInForm
from haihe.base.accounts.models import User
from haihe.base.accounts.pages import SignInPage, demo_people
from haihe.base.accounts.sign_in import TooManyTries, WrongNameOrPassword, check_password

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _check(request, SignInForm(request.POST))
    return _show(request, SignInForm())


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.success(request, _("已退出登录。"))
    response = redirect(settings.LOGOUT_REDIRECT_URL or "/")
    # Pages and entries kept for use without a network are this person's: nothing of them stays on the device.
    response["Clear-Site-Data"] = '"storage"'
    return response


@never_cache
@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Enter as a synthetic person. Outside demo mode this address doesn't exist."""
    if not settings.HAIHE.demo:
        raise Http404
    username = request.POST.get("username", "").replace("\x00", "")
    user = User.objects.filter(username=username, is_synthetic=True, is_active=True).first()
    if user is None:
        raise Http404
    login(request, user, backend=_BACKEND)
    return HttpResponseRedirect(_next(request))


def _check(request: HttpRequest, form: SignInForm) -> HttpResponse:
    if not form.is_valid():
        return _show(request, form, status=422)
    try:
        user = check_password(
            request,
            username=form.cleaned_data["username"],
            password=form.cleaned_data["password"],
            address=client_address(request),
            now=timezone.now(),
        )
    except WrongNameOrPassword:
        form.add_error(None, _("用户名或密码不正确。请核对后重试；忘记密码请联系本单位管理员重置。"))
        return _show(request, form, status=422)
    except TooManyTries:
        form.add_error(None, _("尝试次数过多。请 15 分钟后再试，或联系本单位管理员。"))
        return _show(request, form, status=429)
    login(request, user, backend=_BACKEND)
    return HttpResponseRedirect(_next(request))


def _show(request: HttpRequest, form: SignInForm, *, status: int = 200) -> HttpResponse:
    demo = settings.HAIHE.demo
    page = SignInPage(form, _wanted(request), demo, demo_people() if demo else [])
    return render(request, "accounts/sign_in.html", {"page": page}, status=status)


def _wanted(request: HttpRequest) -> str:
    """Return where the person was going, if it is an address of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else ""


def _next(request: HttpRequest) -> str:
    return _wanted(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
