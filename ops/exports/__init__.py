"""Files out of lists: how they are written, and the templates that accountants and agencies keep for them (C20, C21).

Noun: Template. Verbs: keep_template, drop_template. `sheets` writes, `files` names, records and hands over.
"""
