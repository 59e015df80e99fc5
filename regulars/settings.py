"""Django's settings. Everything that differs between installations comes from the environment (docs/settings.md)."""

from __future__ import annotations

from pathlib import Path

from regulars.doors.watch.lines import logging_config
from regulars.kit import environment
from regulars.kit.database import connections, home
from regulars.kit.secrets import secret_key

BASE = Path(__file__).resolve().parent
DEBUG = False
SECRET_KEY = secret_key(environment.told("REGULARS_SECRET_KEY"), home() / "secret-key")
ALLOWED_HOSTS = environment.hosts("REGULARS_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.origins("REGULARS_ORIGINS")

DATABASES = connections()
#: Points that one member may be given (or lose) by decision within a day without a second person.
GOODWILL_LIMIT = environment.whole("REGULARS_GOODWILL_LIMIT", 1_000)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "regulars.doors.look",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "procrastinate.contrib.django",
    "regulars.ground.installation",
    "regulars.ground.access",
    "regulars.ground.members",
    "regulars.ground.activity",
    "regulars.ground.publishing",
    "regulars.ground.messaging",
    "regulars.ground.admission",
    "regulars.exchange.ledger",
    "regulars.exchange.budgets",
    "regulars.exchange.forfeitures",
    "regulars.exchange.counter",
    "regulars.exchange.rewards",
    "regulars.insight.liability",
    "regulars.doors.console",
    "regulars.doors.portal",
]

MIDDLEWARE = [
    "regulars.doors.watch.requests.Watched",
    "regulars.doors.look.policy.ContentSecurityPolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "regulars.doors.look.readable.Readable",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "regulars.doors.urls"
WSGI_APPLICATION = "regulars.doors.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "django.templatetags.i18n"],
        },
    }
]

COTTON_ISOLATE_BY_DEFAULT = True

AUTH_USER_MODEL = "access.Staff"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "regulars.doors.console.forms.SignInForm",
    "reauthenticate": "regulars.doors.console.forms.ConfirmForm",
    "change_password": "regulars.doors.console.forms.PasswordForm",
}
ACCOUNT_ADAPTER = "regulars.doors.console.adapter.StaffAdapter"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

LOGGING = logging_config(environment.one_of("REGULARS_LOG", "text", "json"))

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("da", "Dansk")]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

_HTTPS = environment.switch("REGULARS_HTTPS")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "regulars.doors.console.programme.holding.form_refused"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
# Sign-ins are slowed down by where they come from: the last address is what the proxy saw.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _HTTPS else 0
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
X_FRAME_OPTIONS = "DENY"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = ["fields.W342"]
