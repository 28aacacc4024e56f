from django.urls import URLPattern, URLResolver, path

from haihe.base.notices import contact_views, sending_views, views

app_name = "notices"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.inbox, name="inbox"),
    path("read/", views.read, name="read"),
    path("<int:pk>/", views.follow, name="follow"),
    path("contacts/", contact_views.contacts, name="contacts"),
    path("contacts/<slug:channel>/<slug:name>/", contact_views.act, name="contact-act"),
    path("unsubscribe/<str:token>/", contact_views.unsubscribe, name="unsubscribe"),
    path("sendings/", sending_views.sendings, name="sendings"),
    path("sendings/<int:pk>/<slug:name>/", sending_views.act, name="sending-act"),
]
