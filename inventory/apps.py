from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        from inventory import boards, events, proof  # noqa: F401  (declare the list and what can happen)
        from ops.live import nouns

        nouns.declare("level", "stock", floor=tuple)
        proof.declare()
