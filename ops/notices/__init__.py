"""Who is told of what: rules as data, notices of each person, letters to customers that are due.

The database finds out who is told, when a transaction ends, for every way of writing: no verb can forget. Other rooms
tell somebody something by `ops.notices.actions.tell`.
"""
