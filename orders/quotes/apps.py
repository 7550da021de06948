from django.apps import AppConfig


class QuotesConfig(AppConfig):
    name = "orders.quotes"
    label = "quotes"

    def ready(self) -> None:
        from ops import asof, panels
        from ops.live import nouns
        from ops.notices import subjects
        from ops.notices.views import watch_place
        from orders.quotes import boards, events, search, subject  # noqa: F401  (declare the list, kinds, the palette)
        from orders.quotes.panels import of_customer, of_order
        from orders.quotes.past import QUOTE
        from orders.quotes.queries import SEES

        panels.declare("quote", "watch", "notices/watch.html", watch_place, scopes=SEES, side=True, position=90)
        nouns.declare("quote", "quotes", floor=tuple)
        asof.declare(QUOTE)
        subjects.declare("quote", "quotes", subject.read)
        panels.declare("order", "quote", "quotes/on_order.html", of_order, scopes=SEES, side=True, position=20)
        panels.declare("customer", "quotes", "quotes/on_customer.html", of_customer, scopes=SEES, position=40)
