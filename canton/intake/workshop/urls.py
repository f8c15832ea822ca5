"""Addresses of the layout workshop."""

from django.urls import path

from . import views

urlpatterns = [
    path("data/layouts/", views.layouts, name="layouts"),
    path("data/layouts/new/", views.new_layout, name="new-layout"),
    path("data/layouts/house/<str:name>/", views.house_layout, name="house-layout"),
    path("data/layouts/house/<str:name>/copy/", views.copy_layout, name="copy-layout"),
    path("data/layouts/<int:pk>/", views.layout, name="layout"),
    path("data/layouts/<int:pk>/try/", views.try_layout, name="try-layout"),
    path("data/layouts/<int:pk>/sample/", views.sample, name="layout-sample"),
    path("data/layouts/<int:pk>/sample/delete/", views.forget_sample, name="forget-sample"),
    path("data/layouts/<int:pk>/revise/", views.revise_layout, name="revise-layout"),
    path("data/layouts/<int:pk>/withdraw/", views.withdraw_layout, name="withdraw-layout"),
    path("data/layouts/<int:pk>/layout.json", views.layout_json, name="layout-json"),
]
