"""The addresses of the console. Every page is for staff only."""

from __future__ import annotations

from django.urls import path

from regulars.doors.console import home, members, programme, quarantine, slipping
from regulars.doors.console.admitting import staff_only

app_name = "console"
urlpatterns = [
    path("", staff_only(home.show), name="home"),
    path("slipping/", staff_only(slipping.show), name="slipping"),
    path("members/", staff_only(members.show), name="members"),
    path("members/<str:number>/", staff_only(home.show), name="member"),
    path("programme/", staff_only(programme.show), name="programme"),
    path("quarantine/", staff_only(quarantine.show), name="quarantine"),
    path("quarantine/<uuid:id>/take/", staff_only(quarantine.take_again), name="take_again"),
]
