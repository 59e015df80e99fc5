"""The addresses of the portal. None of them names a member."""

from __future__ import annotations

from django.urls import path

from regulars.doors.portal import (
    asking,
    brand,
    entering,
    forfeiting,
    home,
    household,
    messages,
    missing,
    profile,
    promise,
    returning,
    rewarding,
    spending,
    statement,
)

app_name = "portal"
urlpatterns = [
    path("", home.show, name="home"),
    path("in/", asking.ask, name="ask"),
    path("in/asked/", asking.asked, name="asked"),
    path("in/<str:token>/", entering.enter, name="enter"),
    path("out/", entering.leave, name="leave"),
    path("statement/", statement.show, name="statement"),
    path("spend/", spending.show, name="spending"),
    path("spend/aside/", spending.set_aside, name="set_aside"),
    path("spend/rewards/<slug:reward>/", rewarding.choose, name="choose"),
    path("spend/<uuid:hold>/release/", spending.release, name="release"),
    path("returns/", returning.show_all, name="returns"),
    path("returns/<uuid:event>/", returning.show, name="returned"),
    path("forfeitures/", forfeiting.show, name="forfeitures"),
    path("forfeitures/<uuid:id>/", forfeiting.objecting, name="objecting"),
    path("household/", household.show, name="household"),
    path("household/leave/", household.leave, name="household_left"),
    path("messages/", messages.show, name="messages"),
    path("missing/", missing.show, name="missing"),
    path("promise/", promise.show, name="promise"),
    path("you/", profile.show, name="profile"),
    path("you/language/", profile.choose_language, name="language"),
    path("brand.css", brand.show, name="brand"),
]
