from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "regulars.doors.console"
    label = "console"
