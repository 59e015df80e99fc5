from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "regulars.exchange.ledger"
    label = "ledger"
