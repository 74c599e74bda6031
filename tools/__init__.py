"""Tools of the repository, not of the wheel: the reference pages and the bill of materials."""
