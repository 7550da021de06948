"""Everything one machine needs to run and test the product: embedded PostgreSQL and Valkey, and one terminal.

`python -m ops.dev` lists the commands. Production uses none of this.
"""
