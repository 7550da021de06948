from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from ops.live import nouns
        from orders import events, search  # noqa: F401  (declare kinds and the palette's source)

        nouns.declare("order", "orders")
