"""Addresses of the shell: home, jump, choices of language and look."""

from django.urls import path

from . import views

app_name = "shell"
urlpatterns = [
    path("", views.home, name="home"),
    path("jump/", views.jump, name="jump"),
    path("preferences/", views.prefer, name="prefer"),
]
