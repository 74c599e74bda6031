"""Rules over the rows in force."""
