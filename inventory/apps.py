from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        from inventory import boards, events, proof  # noqa: F401  (declare the list and what can happen)
        from inventory.importing import NOUN
        from inventory.models import SEES
        from inventory.panels import of_product
        from ops import panels
        from ops.imports import nouns as loads
        from ops.live import nouns

        nouns.declare("level", "stock", floor=tuple)
        loads.declare(NOUN)
        panels.declare(
            "product", "stock", "inventory/panel_stock.html", of_product, scopes=SEES, side=True, position=30
        )
        proof.declare()
