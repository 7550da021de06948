"""People and firms who buy. Noun: Customer. Verbs: find or create by phone, edit."""
