"""Clues out of hits: one row a (rule, item, id_number, subject), then the published tables and their restricted key."""

from huimin.clues.build import build_clues
from huimin.clues.gather import gather

__all__ = ["build_clues", "gather"]
