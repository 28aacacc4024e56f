from django.urls import URLPattern, URLResolver, include, path

from haihe.data.catalogue import views
from haihe.data.catalogue.classification import views as classification
from haihe.data.catalogue.code_lists import views as code_lists
from haihe.data.catalogue.editing import views as editing
from haihe.data.catalogue.needs import views as needs
from haihe.data.catalogue.news import views as news
from haihe.data.catalogue.sheets import views as sheets
from haihe.data.catalogue.updating import views as updating
from haihe.data.catalogue.versions import views as versions

app_name = "catalogue"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.resource_list, name="list"),
    path("entries/<path:code>/", views.resource, name="resource"),
    path("classes/", classification.classes, name="classes"),
    path("code-lists/", code_lists.code_lists, name="code-lists"),
    path("code-lists/<slug:slug>/", code_lists.code_list, name="code-list"),
    path("new/", editing.new, name="new"),
    path("drafts/<path:code>/", editing.edit, name="edit"),
    path("samples/<path:code>/", editing.samples, name="samples"),
    path("versions/<path:code>/", versions.versions, name="versions"),
    path("news/", news.news, name="news"),
    path("news.atom", news.feed, name="news-feed"),
    path("desk/", updating.desk, name="desk"),
    path("updates/begin/<path:code>/", updating.begin, name="begin-revision"),
    path("updates/<uuid:pk>/", updating.show, name="revision"),
    path("updates/<uuid:pk>/content/", editing.edit_revision, name="edit-revision"),
    path("updates/<uuid:pk>/samples/", editing.revision_samples, name="revision-samples"),
    path("updates/<uuid:pk>/moves/<slug:name>/", updating.move, name="move-revision"),
    path("sheets/", sheets.sheets, name="sheets"),
    path("sheets/imports/<uuid:pk>/", sheets.sheet_import, name="sheet-import"),
    path("sheets/imports/<uuid:pk>/live/", sheets.sheet_import_live, name="sheet-import-live"),
    path("sheets/template.xlsx", sheets.template, name="sheets-template"),
    path("sheets/entries.xlsx", sheets.entries, name="sheets-entries"),
    path("demands/", needs.demands, name="demands"),
    path("demands/<slug:number>/", needs.demand, name="demand"),
    path("demands/<slug:number>/answer/", needs.answer, name="answer-demand"),
    path("cascade/", include("haihe.data.catalogue.cascade.urls")),
    path("moves/<slug:name>/<path:code>/", views.move, name="move"),
]
