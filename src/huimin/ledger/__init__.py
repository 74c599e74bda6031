"""Where each clue stands: states, decisions, plans and their ends."""
