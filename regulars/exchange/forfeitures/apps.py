from django.apps import AppConfig


class ForfeituresConfig(AppConfig):
    name = "regulars.exchange.forfeitures"
    label = "forfeitures"
