from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from haihe.web import views
from haihe.web.health import healthz
from haihe.web.metering import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.portal, name="portal"),
    path("search/", views.search, name="search"),
    path("workbench/", views.workbench, name="workbench"),
    path("me/", views.me, name="me"),
    path("ui/", views.ui, name="ui"),
    path("care/", views.care, name="care"),
    path("language/", set_language, name="set-language"),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("", include("haihe.base.accounts.urls")),
    path("notices/", include("haihe.base.notices.urls")),
    path("watch/", include("haihe.base.watch.urls")),
    path("ledger/", include("haihe.base.ledger.urls")),
    path("city/", include("haihe.city.urls")),
    path("open/desk/harvest/", include("haihe.data.harvest.urls")),
    path("open/external/", include("haihe.data.harvest.public_urls")),
    path("catalogue/", include("haihe.data.catalogue.urls")),
    path("sharing/", include("haihe.data.sharing.urls")),
    path("accountability/", include("haihe.data.sharing.public_urls")),
    path("exchange/", include("haihe.data.exchange.urls")),
    path("matching/linkage/", include("haihe.data.matching.review.urls")),
    path("matching/", include("haihe.data.matching.privacy.urls")),
    path("matching/", include("haihe.data.matching.urls")),
    path("open/following/", include("haihe.data.following.urls")),
    path("open/", include("haihe.data.open.statistics.urls")),
    path("open/", include("haihe.data.participation.urls")),
    path("open/", include("haihe.data.open.urls")),
    path("", include("haihe.data.open.faces.urls")),
    path("demo/", include("haihe.data.sharing.demo.interface")),
    path("services/results/", include("haihe.platforms.services.releases.public_urls")),
    path("services/releases/", include("haihe.platforms.services.releases.urls")),
    path("services/ratings/", include("haihe.platforms.services.ratings.urls")),
    path("services/certificates/", include("haihe.platforms.services.certificates.urls")),
    path("services/apply/", include("haihe.platforms.services.forms.urls")),
    path("services/", include("haihe.platforms.services.window.urls")),
    path("services/", include("haihe.platforms.services.urls")),
]
handler400 = "haihe.web.errors.bad_request"
handler403 = "haihe.web.errors.permission_denied"
handler404 = "haihe.web.errors.page_not_found"
handler500 = "haihe.web.errors.server_error"
