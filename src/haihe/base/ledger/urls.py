from django.urls import URLPattern, URLResolver, path

from haihe.base.ledger import views

app_name = "ledger"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.auditor, name="auditor"),
    path("audit/", views.audit, name="audit"),
    path("<uuid:evidence>/", views.record, name="record"),
    path("<uuid:evidence>/proof/", views.export, name="export"),
]
