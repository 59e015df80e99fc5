from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "regulars.doors.portal"
    label = "portal"
