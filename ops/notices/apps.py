from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "ops.notices"

    def ready(self) -> None:
        from ops.live import nouns

        nouns.declare("notice", "notices", floor=tuple, own="staff")
