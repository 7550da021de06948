"""The audit: every change of every record, whoever made it and through whatever, under the reader's own rights (X9)."""
