"""Who entered a row mends it: rejected rows handed back, and what became of them."""
