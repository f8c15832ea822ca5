"""Addresses of the deciding of texts."""

from django.urls import path

from . import judging_views as views

urlpatterns = [
    path("data/texts/", views.texts, name="texts"),
    path("data/texts/begin/", views.begin, name="begin-texts"),
    path("data/texts/<int:pk>/", views.text, name="text"),
    path("data/texts/<int:pk>/choices/", views.choices, name="text-choices"),
    path("data/texts/<int:pk>/take-back/", views.take_back, name="take-back-text"),
]
