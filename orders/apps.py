from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "orders"

    def ready(self) -> None:
        from ops import panels
        from ops.live import nouns
        from orders import events, papers, search  # noqa: F401  (declare kinds, papers and the palette's source)

        nouns.declare("order", "orders")
        panels.declare_way("order", "Print", "printer", "orders:order_print", scopes=papers.SEES, position=10)
