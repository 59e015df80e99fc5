"""What Django asks for, to find the templates and static files of the look."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """The app that carries shared templates, components and stylesheets; it has no tables."""

    name = "regulars.doors.look"
    label = "look"
