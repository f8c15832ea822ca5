"""Addresses of monitoring."""

from django.urls import path

from . import views

app_name = "monitoring"
urlpatterns = [path("manage/selfcheck/", views.selfcheck, name="selfcheck")]
