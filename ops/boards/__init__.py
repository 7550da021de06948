"""Lists and boards from one declaration: filter, sort, pages, saved views, bulk verbs, export, live rows.

An app's boards.py says which rows, columns, filters, lanes and verbs; everything else is here, without a business noun.
A screen that needs more is a plain view: nothing here grows an option for one caller.
"""

from ops.boards.cells import DAY, DUE, MOMENT, MONEY, NUMBER, PERSON, TEXT, Kind, Look
from ops.boards.declare import BOARDS, Add, Batch, Board, Column, Lanes, Part, Verb, View
from ops.boards.filters import Choice, Flag, Period, Search

__all__ = [
    "BOARDS", "DAY", "DUE", "MOMENT", "MONEY", "NUMBER", "PERSON", "TEXT",
    "Add", "Batch", "Board", "Choice", "Column", "Flag", "Kind", "Lanes", "Look", "Part", "Period", "Search", "Verb",
    "View",
]  # fmt: skip
