"""What the numbers say: one definition of each metric, targets by person and month, the report and the role home."""
