"""What is on hand and where. Nouns: Location, StockItem, Level, Move. Verbs: set opening, receive, count, scrap."""
