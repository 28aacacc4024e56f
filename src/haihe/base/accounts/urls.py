from django.urls import URLPattern, URLResolver, path

from haihe.base.accounts import views

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("sign-in/demo/", views.demo_sign_in, name="demo-sign-in"),
]
