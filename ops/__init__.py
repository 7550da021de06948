"""The kernel: identity, rights, history, lifecycle, boards, imports, live. It knows no business nouns."""
