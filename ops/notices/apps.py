from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "ops.notices"

    def ready(self) -> None:
        from ops import outbox
        from ops.live import nouns

        outbox.call({"notices.told": "What somebody was told of"})
        nouns.declare("notice", "notices", floor=tuple, own="staff")
