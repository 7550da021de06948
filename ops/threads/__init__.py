"""One thread beside any row: messages for the house, and notes that the customer reads (A27, B20).

A noun plugs in by `ops.threads.nouns.declare` and a panel in ready(), and by policies in its own security.py.
"""
