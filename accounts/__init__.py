"""People who sign in: their role, their rights, their sessions.

Nouns: User, Credential. Verbs: add a person, change a role or its overrides, deactivate, reactivate, set a password,
sign out everywhere. What a person may see is decided by scopes, which the database compiles into a role.
"""
