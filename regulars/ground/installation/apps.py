from django.apps import AppConfig


class InstallationConfig(AppConfig):
    name = "regulars.ground.installation"
    label = "installation"
