"""The morning's lists: each person one mail of what only they can act on, worst first, with links that act once.

Nouns: Duty (declared by an app: which rows wait for whom), Listed, Extension, Snooze, HandBack, EmptyRole. Verbs:
extend, snooze, hand_back, insist (people); write_lists (machinery). Samples and orders declare duties alike.
"""
