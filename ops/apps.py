import sys

from django.apps import AppConfig, apps


class OpsConfig(AppConfig):
    name = "ops"
    verbose_name = "Kernel"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate, pre_migrate

        # Register the system checks, and declare what can happen and the kernel's long work.
        from ops import checks, schedule  # noqa: F401
        from ops.boards import export, work  # noqa: F401
        from ops.db.security import sentences
        from ops.errors import declare_sentences
        from ops.imports import undoing  # noqa: F401
        from ops.sentry import start as start_sentry

        declare_sentences(sentences())
        start_sentry()
        last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
        pre_migrate.connect(before_migrate, sender=self, dispatch_uid="ops.before_migrate")
        post_migrate.connect(after_migrate, sender=last, dispatch_uid="ops.after_migrate")


def before_migrate(using: str, plan: list[tuple[object, bool]], **_: object) -> None:
    """Views stand in the way of changed columns; on the way back, policies and triggers do too. They come again."""
    from ops.db.sync import release

    if plan:
        release(using, everything=any(backwards for _, backwards in plan))


def after_migrate(using: str, verbosity: int = 1, **_: object) -> None:
    """Once, after the last app: scopes, rights, guards and history; then shipped rows, whose history begins there."""
    from ops.db.sync import sync
    from ops.lifecycle import sync_shipped_rows
    from ops.notices.shipped import sync_rules

    report = sync(using)
    rows = sync_shipped_rows(using) + sync_rules(using)
    if verbosity:
        sys.stdout.write(f"  {report}, {rows} shipped rows\n")
