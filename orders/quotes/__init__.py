"""Quotes: what is offered to a customer, in versions that are frozen once sent, until it becomes an order (A26).

Nouns: Quote, QuoteVersion, its lines and amounts, who it is for, what was answered. Verbs: draft, edit, send, revise,
accept, decline, lose, expire, reopen, convert.
"""
