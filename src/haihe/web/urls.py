from django.urls import URLPattern, URLResolver, include, path

from haihe.web.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("", include("haihe.base.accounts.urls")),
    path("ledger/", include("haihe.base.ledger.urls")),
    path("city/", include("haihe.city.urls")),
    path("catalogue/", include("haihe.data.catalogue.urls")),
    path("sharing/", include("haihe.data.sharing.urls")),
    path("exchange/", include("haihe.data.exchange.urls")),
    path("services/", include("haihe.platforms.services.urls")),
]
