"""Files and photos beside any row: kept by content, seen under rights of their own, removed softly (A32, ruling 26).

A noun plugs in by `ops.files.nouns.declare` and a panel in ready(), and by policies in its own security.py.
"""
