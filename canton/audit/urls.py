"""Addresses of the trail."""

from django.urls import path

from . import views

app_name = "audit"
urlpatterns = [
    path("manage/audit/", views.entries, name="entries"),
    path("manage/audit/entries.csv", views.export, name="export"),
]
