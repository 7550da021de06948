"""A believable small shop, made by calling the verbs: fixed seed, the owner's clock, three months (X13, ruling 11)."""
