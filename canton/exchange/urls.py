"""Addresses of formats and links."""

from django.urls import path

from . import api, views

app_name = "exchange"
urlpatterns = [
    path("data/formats/", views.formats, name="formats"),
    path("data/formats/<slug:name>/<str:version>/", views.format, name="format"),
    path("formats/<slug:name>/<str:version>/schema.json", views.schema, name="schema"),
    path("manage/links/", views.links, name="links"),
    path("transfer/<str:to>/<str:sender>/packages/", api.packages, name="transfer-packages"),
    path(
        "transfer/<str:to>/<str:sender>/packages/<str:name>/<str:what>", api.package, name="transfer-package"
    ),
    path("transfer/<str:to>/<str:sender>/receipts/<str:name>", api.receipt, name="transfer-receipt"),
]
