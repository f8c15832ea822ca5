"""Addresses of the door and of the register of staff."""

from django.urls import path

from .views import door, passwords, roles, staff

app_name = "accounts"
urlpatterns = [
    path("sign-in/", door.sign_in, name="sign-in"),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("sign-in/link/<str:token>/", passwords.link, name="link"),
    path("sign-in/new-password/", passwords.new_password, name="new-password"),
    path("password/", passwords.change, name="password-change"),
    path("manage/staff/", staff.people, name="staff"),
    path("manage/staff/roles/", roles.roles, name="roles"),
]
