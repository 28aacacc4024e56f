from django.urls import URLPattern, path

from haihe.platforms.services.ratings.views import desk, public, rater, terminal

app_name = "ratings"
urlpatterns: list[URLPattern] = [
    path("", rater.mine, name="mine"),
    path("figures/", public.figures, name="figures"),
    path("figures.csv", public.figures_file, name="figures-file"),
    path("desk/", desk.low_ratings, name="desk"),
    path("desk/terminals/", desk.terminals, name="terminals"),
    path("desk/terminals/<int:pk>/close/", desk.close_terminal, name="close-terminal"),
    path("desk/<slug:number>/", desk.low, name="low"),
    path("desk/<slug:number>/<slug:name>/", desk.move, name="move-low"),
    path("l/<str:token>/", rater.by_link, name="by-link"),
    path("f/<uuid:pk>/<str:token>/", rater.follow, name="follow"),
    path("f/<uuid:pk>/<str:token>/<slug:name>/", rater.follow_act, name="follow-act"),
    path("terminal/<str:token>/", terminal.terminal, name="terminal"),
    path("terminal/<str:token>/stamp.json", terminal.stamp, name="terminal-stamp"),
    path("<uuid:pk>/", rater.rate, name="rate"),
    path("<uuid:pk>/<slug:name>/", rater.act, name="act"),
]
