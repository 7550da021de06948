"""How the app meets PostgreSQL: who acts (actor), what binds them (base), who may do what (security), what is kept (history)."""
