from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "regulars.ground.publishing"
    label = "publishing"
