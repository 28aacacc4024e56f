"""Included in the exchange's own urls; names begin with `delivery`."""

from django.urls import URLPattern, path

from haihe.data.exchange.delivery import views

urlpatterns: list[URLPattern] = [
    path("", views.deliveries, name="delivery-list"),
    path("plans/<uuid:pk>/accept/", views.accept_renewal, name="delivery-accept"),
    path("<uuid:pk>/", views.delivery, name="delivery"),
    path("<uuid:pk>/receipt.json", views.receipt, name="delivery-receipt"),
    path("<uuid:pk>/again/", views.try_again, name="delivery-again"),
    path("targets/new/<slug:kind>/", views.new_target, name="delivery-target"),
    path("plans/new/", views.new_plan, name="delivery-plan"),
]
