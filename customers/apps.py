from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        from customers import boards, events, past, search  # noqa: F401  (declare the list, kinds, the palette's source)
        from customers.importing import NOUN
        from customers.queries import read_for_notices
        from ops import asof, panels
        from ops.imports import nouns as loads
        from ops.live import nouns
        from ops.notices import subjects
        from ops.threads import nouns as threads
        from ops.threads.queries import panel_of as thread_of

        loads.declare(NOUN)
        nouns.declare("customer", "customers", floor=tuple)
        asof.declare(past.CUSTOMER)
        panels.declare_way(
            "customer", "As it was", icon="history", name="customers:customer_past",
            scopes=("customers_all", "customers_own"), position=80,
        )  # fmt: skip
        subjects.declare("customer", "customers", read_for_notices)
        buyers = ("customers_all", "customers_own")
        threads.declare(
            "customer",
            "customers.Customer",
            "customers:customer_detail",
            reads=buyers,
            writes=buyers,
            keeps=("customers_all",),
            informs=lambda _user, _customer: True,
            phone=lambda _user, customer: customer.phone or "",
            read_at="the page of each of their orders",
        )
        panels.declare("customer", "thread", "threads/panel.html", thread_of("customer"), scopes=buyers, position=15)
