from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from ops.live import nouns

        nouns.declare("order", "orders")
