from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "ops.files"
    label = "files"
    verbose_name = "Files"

    def ready(self) -> None:
        from ops import timeline
        from ops.files import events  # noqa: F401  (declare kinds)

        timeline.declare_part("file", "files_file")
