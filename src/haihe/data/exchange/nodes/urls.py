from django.urls import URLPattern, URLResolver, path

from haihe.data.exchange.nodes import views

app_name = "nodes"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.links, name="links"),
    path("new/", views.plan, name="plan"),
    path("join/", views.join, name="join"),
    path("feeds/<uuid:pk>/stop/", views.stop, name="stop"),
    path("feeds/<uuid:pk>/anew/", views.anew, name="anew"),
    path("at/<str:name>/", views.node, name="node"),
    path("at/<str:name>/invite/", views.invite, name="invite"),
    path("at/<str:name>/revoke/", views.revoke, name="revoke"),
    path("at/<str:name>/order/<slug:way>/", views.order, name="order"),
]
