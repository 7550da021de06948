from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog import alias_events  # noqa: F401  (declares what can happen)
        from catalog import boards, events, past, search  # noqa: F401  (declare the list, kinds, the palette's source)
        from catalog.importing import NOUN
        from ops import asof, panels
        from ops.imports import nouns as loads
        from ops.live import nouns

        loads.declare(NOUN)
        # Everybody who reads or edits the catalogue hears of every product.
        nouns.declare("product", "catalog", floor=tuple, own="catalog_edit")
        asof.declare(past.PRODUCT)
        panels.declare_way(
            "product", "As it was", icon="history", name="catalog:product_past", scopes=boards.READS, position=80
        )
