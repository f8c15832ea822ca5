"""Addresses of the door and of the register of staff."""

from django.urls import path

from .views import door, factor, own, passwords, person, roles, staff

app_name = "accounts"
urlpatterns = [
    path("sign-in/", door.sign_in, name="sign-in"),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("sign-in/link/<str:token>/", passwords.link, name="link"),
    path("sign-in/new-password/", passwords.new_password, name="new-password"),
    path("password/", passwords.change, name="password-change"),
    path("sign-in/code/", factor.ask, name="code"),
    path("account/second-factor/", factor.enrol, name="factor"),
    path("account/second-factor/recovery/", factor.renew, name="factor-renew"),
    path("account/second-factor/remove/", factor.drop, name="factor-drop"),
    path("account/", own.account, name="own"),
    path("account/sessions/end/", own.end_sessions, name="own-sessions-end"),
    path("account/sessions/<str:mark>/end/", own.end_session, name="own-session-end"),
    path("manage/staff/", staff.people, name="staff"),
    path("manage/staff/roles/", roles.roles, name="roles"),
    path("manage/staff/roles/<str:role>/require/", roles.require, name="role-require"),
    path("manage/staff/roles/<str:role>/waive/", roles.waive, name="role-waive"),
    path("manage/staff/add/", staff.add, name="person-add"),
    path("manage/staff/posts/", staff.posts, name="posts"),
    path("manage/staff/<str:number>/", person.person, name="person"),
    path("manage/staff/<str:number>/edit/", person.edit, name="person-edit"),
    path("manage/staff/<str:number>/suspend/", person.suspend, name="suspend"),
    path("manage/staff/<str:number>/reinstate/", person.reinstate, name="reinstate"),
    path("manage/staff/<str:number>/link/", person.make_link, name="make-link"),
    path("manage/staff/<str:number>/factor/", person.reset_factor, name="factor-reset"),
    path("manage/staff/<str:number>/sessions/end/", person.end_sessions, name="sessions-end"),
    path("manage/staff/<str:number>/sessions/<str:mark>/end/", person.end_session, name="session-end"),
]
