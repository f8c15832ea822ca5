"""Addresses of the code tables."""

from django.urls import path

from . import views

app_name = "codes"
urlpatterns = [path("manage/codes/", views.codes, name="codes")]
