from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "catalog"

    def ready(self) -> None:
        from catalog import (  # noqa: F401  (declare the list, kinds, the palette's source)
            alias_events,
            alias_views,
            boards,
            events,
            past,
            search,
        )
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
        reads, template = alias_views.READS, "catalog/panel_aliases.html"
        panels.declare("product", "aliases", template, alias_views.aliases_of, scopes=reads, side=True)
