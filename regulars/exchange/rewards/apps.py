from django.apps import AppConfig


class RewardsConfig(AppConfig):
    name = "regulars.exchange.rewards"
    label = "rewards"
