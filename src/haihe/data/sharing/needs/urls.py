from django.urls import URLPattern, URLResolver, path

from haihe.data.sharing.needs import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.items, name="needs"),
    path("new/", views.new, name="needs-new"),
    path("items/<slug:code>/", views.item, name="needs-item"),
    path("items/<slug:code>/edit/", views.edit, name="needs-edit"),
    path("items/<slug:code>/<slug:paper>/", views.paper, name="needs-paper"),
    path("items/<slug:code>/<slug:paper>/prove/", views.prove, name="needs-prove"),
    path("items/<slug:code>/<slug:paper>/unprove/", views.unprove, name="needs-unprove"),
    path("items/<slug:code>/<slug:paper>/demand/", views.demand, name="needs-demand"),
]
