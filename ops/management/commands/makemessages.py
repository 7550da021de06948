"""Django's own, which also finds the words of what is declared: places, entries, keys, sources of the palette."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [
        *makemessages.Command.xgettext_options,
        "--keyword=Place:1",
        "--keyword=Entry:2",
        "--keyword=Key:1",
        "--keyword=declare_source:1",
    ]
