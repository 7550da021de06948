"""Long work with progress: started by a verb, done by a worker as the person who asked, kept for some days.

Nouns: Job. Verbs: begin, cancel, retry (people); carry_out, sweep (machinery). An app declares a kind and what it does.
"""
