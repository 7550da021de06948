from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    name = "ops.threads"
    label = "threads"
    verbose_name = "Threads"

    def ready(self) -> None:
        from ops import timeline
        from ops.files import nouns as files
        from ops.notices import subjects
        from ops.threads import events, search  # noqa: F401  (declare kinds, and the palette's source)
        from ops.threads.nouns import attachable
        from ops.threads.queries import first_words

        subjects.declare_quote(
            "message.mentioned", subjects.Quote("message", first_words, "mentioned you; the message was removed since")
        )
        timeline.declare_part("message", "threads_message")
        # A file of a message is seen by whoever sees the message, and added by who writes it.
        files.declare(
            "message", "threads.Message", "threads:show", everyone=["staff"], sales=[], managers=[], adds=["staff"],
            rows=attachable,
        )  # fmt: skip
