from django.urls import URLPattern, URLResolver, path

from haihe.data.catalogue import views
from haihe.data.catalogue.needs import views as needs
from haihe.data.catalogue.sheets import views as sheets

app_name = "catalogue"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.resource_list, name="list"),
    path("entries/<path:code>/", views.resource, name="resource"),
    path("sheets/", sheets.sheets, name="sheets"),
    path("sheets/template.xlsx", sheets.template, name="sheets-template"),
    path("sheets/entries.xlsx", sheets.entries, name="sheets-entries"),
    path("demands/", needs.demands, name="demands"),
    path("demands/<slug:number>/", needs.demand, name="demand"),
    path("demands/<slug:number>/answer/", needs.answer, name="answer-demand"),
    path("moves/<slug:name>/<path:code>/", views.move, name="move"),
]
