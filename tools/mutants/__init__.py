"""Single changes to rules and to the core, and whether the tests of their part see them."""
