from django.urls import URLPattern, URLResolver, include, path

from haihe.data.exchange import views

app_name = "exchange"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sources/", include("haihe.data.exchange.sources.urls")),
    path("quality/", include("haihe.data.exchange.quality.urls")),
    path("nodes/", include("haihe.data.exchange.nodes.urls")),
    path("lineage/", include("haihe.data.exchange.lineage.urls")),
    path("versions/", include("haihe.data.exchange.versions.urls")),
    path("delivery/", include("haihe.data.exchange.delivery.urls")),
    path("", views.feeds, name="feeds"),
    path("upload/", views.upload, name="upload"),
    path("runs/<uuid:pk>/", views.run, name="run"),
    path("runs/<uuid:pk>/live/", views.run_live, name="run-live"),
    path("runs/<uuid:pk>/rejects.csv", views.rejects, name="rejects"),
    path("runs/<uuid:pk>/rerun/", views.rerun, name="rerun"),
]
