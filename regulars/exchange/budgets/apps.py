from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    name = "regulars.exchange.budgets"
    label = "budgets"
