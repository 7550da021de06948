"""The same order sent twice at the same moment, by two real connections, becomes one order."""
