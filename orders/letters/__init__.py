"""What is written and told about orders: who has to do with one, mails to its customer, and the log of those mails."""
