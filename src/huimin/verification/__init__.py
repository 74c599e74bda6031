"""From clues to closed cases: ledger workbooks out, filled ones in, every decision kept."""
