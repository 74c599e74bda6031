"""Published counts over clues and ledger."""
