"""How the app meets PostgreSQL.

Who acts (actor), what binds them (base), who may do what (security, sync), and what is kept (history).
"""
