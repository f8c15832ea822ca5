"""Addresses of the organisation."""

from django.urls import path

from . import views

app_name = "centres"
urlpatterns = [
    path("manage/centres/", views.centres, name="centres"),
    path("manage/centres/home/", views.home_city, name="home-city"),
    path("manage/centres/<slug:code>/", views.centre, name="centre"),
]
