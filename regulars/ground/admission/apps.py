from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    name = "regulars.ground.admission"
    label = "admission"
