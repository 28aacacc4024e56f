from django.urls import URLPattern, path

from haihe.platforms.services.certificates.views import desk, verifying, wallet

app_name = "certificates"
urlpatterns: list[URLPattern] = [
    path("", wallet.wallet, name="wallet"),
    path("key.json", verifying.key, name="key"),
    path("verify/", verifying.verify, name="verify"),
    path("verify/<slug:number>/<slug:token>/", verifying.verified, name="verified"),
    path("desk/", desk.desk, name="desk"),
    path("desk/<slug:number>/", desk.desk_certificate, name="desk-certificate"),
    path("desk/<slug:number>/<slug:name>/", desk.act, name="act"),
    path("<slug:number>/", wallet.certificate, name="certificate"),
    path("<slug:number>/print/", wallet.printed, name="printed"),
    path("<slug:number>/document.jws", wallet.document, name="document"),
    path("<slug:number>/renew-code/", wallet.renew_code, name="renew-code"),
]
