from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from accounts import boards, events, past, search  # noqa: F401  (declare the list, what can happen, the palette)
        from ops import asof

        asof.declare(past.PERSON)
