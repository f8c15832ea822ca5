"""Addresses of the door and of the register of staff."""

from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.password_change, name="password-change"),
    path("manage/staff/", views.staff, name="staff"),
    path("manage/staff/roles/", views.roles, name="roles"),
]
