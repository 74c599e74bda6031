"""How any workbook looks; ledger workbooks and templates go out."""
