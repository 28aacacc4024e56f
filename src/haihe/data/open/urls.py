"""Addresses of the open platform, below /open/."""

from django.urls import URLPattern, path

from haihe.data.open import application_views, desk_views, developer_views, views

app_name = "open"
urlpatterns: list[URLPattern] = [
    path("", views.front, name="front"),
    path("feed.atom", views.feed, name="feed"),
    path("datasets/", views.dataset_list, name="datasets"),
    path("datasets/<slug:slug>/", views.dataset, name="dataset"),
    path("datasets/<slug:slug>/embed/", views.embed, name="embed"),
    path("datasets/<slug:slug>/qr.svg", views.qr_code, name="qr"),
    path("datasets/<slug:slug>/feed.atom", views.dataset_feed, name="dataset-feed"),
    path("datasets/<slug:slug>/versions/<int:number>/", views.version_changes, name="changes"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("departments/<str:code>/", views.department, name="department"),
    path("developer/", developer_views.home, name="developer"),
    path("developer/register/", developer_views.register, name="register"),
    path("developer/keys/", developer_views.new_key, name="new-key"),
    path("developer/keys/<uuid:key_id>/", developer_views.key, name="key"),
    path("developer/keys/<uuid:key_id>/rotate/", developer_views.rotate, name="rotate-key"),
    path("developer/keys/<uuid:key_id>/renew/", developer_views.renew, name="renew-key"),
    path("developer/keys/<uuid:key_id>/revoke/", developer_views.revoke, name="revoke-key"),
    path("developer/keys/<uuid:key_id>/datasets/", developer_views.choose, name="key-datasets"),
    path("datasets/<slug:slug>/apply/", application_views.apply, name="apply"),
    path("applications/", application_views.mine, name="my-applications"),
    path("applications/<str:number>/", application_views.application, name="application"),
    path("applications/<str:number>/agreement/", application_views.agreement, name="agreement"),
    path("applications/<str:number>/reads/", application_views.reads, name="reads"),
    path("applications/<str:number>/accept/", application_views.accept, name="accept"),
    path("applications/<str:number>/move/<str:name>/", application_views.move, name="move-application"),
    path("desk/applications/", application_views.desk, name="desk-applications"),
    path("desk/", desk_views.desk, name="desk"),
    path("desk/new/<path:code>", desk_views.new, name="desk-new"),
    path("desk/<slug:slug>/", desk_views.dataset, name="desk-dataset"),
    path("desk/<slug:slug>/describe/", desk_views.describe, name="desk-describe"),
    path("desk/<slug:slug>/check/", desk_views.check, name="desk-check"),
    path("desk/<slug:slug>/mask/", desk_views.mask, name="desk-mask"),
    path("desk/<slug:slug>/move/<str:name>/", desk_views.move, name="desk-move"),
]
