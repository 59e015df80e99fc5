from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "regulars.ground.members"
    label = "members"
