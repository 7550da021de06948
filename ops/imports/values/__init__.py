"""From the text of a cell to what it says: days, amounts, currencies, codes, places."""
