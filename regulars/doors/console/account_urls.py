"""The pages of staff accounts that are open: in and out, the password, and signing in with two steps.

Accounts are made and mended with `regulars user`, so nothing here is sent by mail and nobody signs up: the page
for that says so, and is here because the sign-in asks for its address.
"""

from __future__ import annotations

from allauth.account import views
from django.urls import include, path

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
]
