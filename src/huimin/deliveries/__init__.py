"""From the inbox to standard rows in force."""
