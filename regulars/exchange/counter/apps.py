from django.apps import AppConfig


class CounterConfig(AppConfig):
    name = "regulars.exchange.counter"
    label = "counter"
