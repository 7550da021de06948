from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from accounts import events, past  # noqa: F401  (declares what can happen)
        from ops import asof

        asof.declare(past.PERSON)
