"""Addresses of formats and links."""

from django.urls import path

from . import views

app_name = "exchange"
urlpatterns = [
    path("data/formats/", views.formats, name="formats"),
    path("data/formats/<slug:name>/<str:version>/", views.format, name="format"),
    path("formats/<slug:name>/<str:version>/schema.json", views.schema, name="schema"),
    path("manage/links/", views.links, name="links"),
]
