"""Who entered a row corrects it: rejected rows handed back, and what became of them."""
