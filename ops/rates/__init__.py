"""What other currencies are worth in the shop's, by day. Noun: ExchangeRate. Verbs: keep, correct, remove."""
