"""How the invented people of a demo shop sign in. Free of Django, so that tools outside the product may read it."""

DOMAIN = "demo.example"
PASSWORD = "walnut-chair-1947"  # noqa: S105  shown on purpose: it opens a shop of invented people
