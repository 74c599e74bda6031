"""A synthetic district: people who do not exist, rosters as departments deliver them, and what was planted in them."""
