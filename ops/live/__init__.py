"""The live channel: PostgreSQL says which row changed, every screen that may know is told its id, and nothing else.

notes (what the database says) -> hub (one LISTEN connection a process) -> filters (who may hear it) -> stream ->
endpoint (raw ASGI, no thread and no database connection a viewer). Rights travel in a signed cookie (tickets).
"""
