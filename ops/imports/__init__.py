"""Files in: bytes to tables (workbooks), the one a noun asks for (sheets), cells to values (columns), staging.

A noun says what its columns are (`<app>/imports.py`) and what each program calls them (`<app>/presets/*.yaml`), and has
one set-based verb that applies what was staged. Nothing here knows a business noun, and nothing is guessed in silence:
what was read how, and what was left out, is said in sentences (`notes`), what cannot be taken in `problems`.
"""
