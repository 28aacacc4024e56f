"""What everybody may read of sharing."""

from django.urls import URLPattern, URLResolver, path

from haihe.data.sharing.views import scoreboard, usage

app_name = "accountability"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", scoreboard.scoreboard, name="scoreboard"),
    path("scoreboard.csv", scoreboard.scoreboard_file, name="scoreboard-file"),
    path("usage/", usage.public_usage, name="usage"),
]
