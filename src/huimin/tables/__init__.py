"""Published and working tables, declared once, and the SQL that names them."""
