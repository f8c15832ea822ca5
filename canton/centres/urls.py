"""Addresses of the organisation."""

from django.urls import path

from .views import editing, organisation

app_name = "centres"
urlpatterns = [
    path("manage/centres/", organisation.centres, name="centres"),
    path("manage/centres/home/", organisation.home_city, name="home-city"),
    path("manage/centres/undo/<int:revision>/", editing.undo, name="undo"),
    path("manage/centres/<slug:code>/", organisation.centre, name="centre"),
    path("manage/centres/<slug:code>/changes/", editing.changes, name="changes"),
    path("manage/centres/<slug:code>/add/<slug:subject>/", editing.add, name="add"),
    path("manage/centres/edit/<slug:subject>/<slug:key>/", editing.edit, name="edit"),
    path("manage/centres/edit/<slug:subject>/<slug:key>/close/", editing.close, name="close"),
    path("manage/centres/edit/<slug:subject>/<slug:key>/reopen/", editing.reopen, name="reopen"),
]
