"""Orders through their five stages.

Nouns: Order, OrderLine, what it sells for (OrderSale, OrderLinePrice), what it costs (OrderCosting).

Verbs: receive, start production, mark ready, ship, deliver, cancel, hold, release, undo, edit, share.
"""
