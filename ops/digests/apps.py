from django.apps import AppConfig


class DigestsConfig(AppConfig):
    name = "ops.digests"

    def ready(self) -> None:
        from ops import outbox

        outbox.call({"digest": "A morning list", "digest.empty": "Morning lists without a reader"})
