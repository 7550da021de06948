"""Who may open what: scopes, roles, and the `page` decorator that every view wears."""

from ops.access.page import page, public

__all__ = ["page", "public"]
