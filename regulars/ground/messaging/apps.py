from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "regulars.ground.messaging"
    label = "messaging"
