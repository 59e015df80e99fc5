from django.apps import AppConfig


class ActivityConfig(AppConfig):
    name = "regulars.ground.activity"
    label = "activity"
