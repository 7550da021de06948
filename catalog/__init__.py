"""What the shop sells. Nouns: Category, Product."""
