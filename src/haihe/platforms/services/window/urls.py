from django.urls import URLPattern, URLResolver, path

from haihe.platforms.services.window.views import counter, numbers, public, terminal, visit

app_name = "window"
urlpatterns: list[URLPattern | URLResolver] = [
    path("halls/", public.halls, name="halls"),
    path("halls/tickets/<uuid:ticket>/", numbers.ticket, name="ticket"),
    path("halls/tickets/<uuid:ticket>/stamp.json", numbers.stamp, name="ticket-stamp"),
    path("halls/tickets/<uuid:ticket>/qr.svg", numbers.qr, name="ticket-qr"),
    path("halls/tickets/<uuid:ticket>/leave/", numbers.leave, name="leave"),
    path("halls/tickets/<uuid:ticket>/back/", numbers.come_back, name="come-back"),
    path("halls/<slug:slug>/", public.hall, name="hall"),
    path("halls/<slug:slug>/take/", numbers.take, name="take"),
    path("halls/<slug:slug>/screen/", public.screen, name="screen"),
    path("halls/<slug:slug>/screen/stamp.json", public.screen_stamp, name="screen-stamp"),
    path("halls/<slug:slug>/terminal/", terminal.terminal, name="terminal"),
    path("halls/<slug:slug>/terminal/enable/", terminal.enable, name="terminal-enable"),
    path("halls/<slug:slug>/terminal/<uuid:ticket>/", terminal.slip, name="slip"),
    path("window/", counter.counter, name="counter"),
    path("window/stamp.json", counter.stamp, name="counter-stamp"),
    path("window/sit-down/", counter.sit_down, name="sit-down"),
    path("window/stand-up/", counter.stand_up, name="stand-up"),
    path("window/call/", counter.call, name="call"),
    path("window/visits/<uuid:ticket>/", visit.visit, name="visit"),
    path("window/visits/<uuid:ticket>/<slug:name>/", visit.act, name="visit-act"),
]
