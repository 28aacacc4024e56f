"""Addresses of items, below /services/ and in the names of services."""

from django.urls import URLPattern, path

from haihe.platforms.services.items import draft_views, sheet_views, steward_views, views

urlpatterns: list[URLPattern] = [
    path("items/", views.items, name="items"),
    path("items/<slug:slug>/", views.item, name="item"),
    path("items/<slug:slug>/qr.svg", views.qr, name="item-qr"),
    path("items/<slug:slug>/versions/", views.versions, name="item-versions"),
    path("items-desk/", steward_views.needless, name="items-desk"),
    path("items-desk/items/", draft_views.items, name="desk-items"),
    path("items-desk/items/<slug:slug>/", draft_views.item, name="desk-item"),
    path("items-desk/drafts/<uuid:pk>/", draft_views.draft, name="item-draft"),
    path("items-desk/drafts/<uuid:pk>/move/", draft_views.move, name="item-draft-move"),
    path("items-desk/drafts/<uuid:pk>/<str:key>/", draft_views.table, name="item-draft-table"),
    path("items-desk/sheets/", sheet_views.sheets, name="items-sheets"),
    path("items-desk/sheets/template.xlsx", sheet_views.template, name="items-template"),
    path("items-desk/sheets/items.xlsx", sheet_views.export, {"kind": "xlsx"}, name="items-xlsx"),
    path("items-desk/sheets/items.csv", sheet_views.export, {"kind": "csv"}, name="items-csv"),
    path("items-desk/sheets/items.json", sheet_views.export, {"kind": "json"}, name="items-json"),
    path("items-desk/sheets/<uuid:pk>/", sheet_views.sheet_import, name="items-import"),
    path("items-desk/sheets/<uuid:pk>/live/", sheet_views.sheet_import_live, name="items-import-live"),
    path("departments/", views.departments, name="departments"),
    path("departments/<slug:code>/", views.department, name="department"),
    path("bundles/<slug:slug>/", views.bundle, name="bundle"),
]
