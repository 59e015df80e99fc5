"""The addresses of the portal. None of them names a member."""

from __future__ import annotations

from django.urls import path

from regulars.doors.portal import brand, entering, home, profile, promise, statement

app_name = "portal"
urlpatterns = [
    path("", home.show, name="home"),
    path("in/<str:token>/", entering.enter, name="enter"),
    path("out/", entering.leave, name="leave"),
    path("statement/", statement.show, name="statement"),
    path("promise/", promise.show, name="promise"),
    path("you/", profile.show, name="profile"),
    path("you/language/", profile.choose_language, name="language"),
    path("brand.css", brand.show, name="brand"),
]
