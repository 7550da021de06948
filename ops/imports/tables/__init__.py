"""From the bytes of any file to tables: what each line is, how it was read, and what was left out."""
