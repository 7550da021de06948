"""Views that stand: what a board opens with, for a person or a role, and saved views that come by mail (X2).

Nouns: Start, Mailing. Verbs: start_with, start_role_with, mail_view, end_mailing.
"""
