"""Every address of the house, door by door."""

from __future__ import annotations

from django.urls import include, path

from regulars.doors.api.urls import plain
from regulars.doors.watch.metrics import metrics

#: What answers when a request is none that this house takes, and when an error reached the top.
handler400 = "regulars.doors.api.urls.not_taken"
handler500 = "regulars.doors.console.failing.failed"
urlpatterns = [
    path("accounts/", include("regulars.doors.console.account_urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("console/", include("regulars.doors.console.urls")),
    path("metrics", plain(metrics)),
    path("", include("regulars.doors.api.urls")),
    path("", include("regulars.doors.portal.urls")),
]
