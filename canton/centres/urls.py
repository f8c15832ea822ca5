"""Addresses of the organisation."""

from django.urls import path

from .views import calendars, editing, organisation, segments

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
    path("manage/segments/", segments.segments, name="segments"),
    path("manage/segments/add/", segments.add, name="segment-add"),
    path("manage/segments/find/", segments.find, name="segment-find"),
    path("manage/segments/import/", segments.propose, name="segment-import"),
    path("manage/segments/list.csv", segments.export, name="segment-export"),
    path("manage/segments/plans/<int:plan>/", segments.plan, name="segment-plan"),
    path("manage/segments/plans/<int:plan>/<slug:verb>/", segments.settle, name="segment-settle"),
    path("manage/segments/<slug:prefix>/", segments.segment, name="segment"),
    path("manage/calendars/", calendars.year, name="calendar"),
    path("manage/calendars/undo/<int:revision>/", calendars.undo, name="calendar-undo"),
    path("manage/calendars/<slug:code>/hours/", calendars.hours, name="calendar-hours"),
    path("manage/calendars/<slug:code>/years/<int:number>/", calendars.publish, name="calendar-year"),
    path("manage/calendars/<slug:code>/<slug:on>/", calendars.day, name="calendar-day"),
    path("manage/calendars/<slug:code>/<slug:on>/clear/", calendars.clear_day, name="calendar-clear"),
]
