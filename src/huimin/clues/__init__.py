"""Clues out of hits: one row a (rule, item, id_number, subject), then the published tables and their restricted key."""

from huimin.clues.gather import gather

__all__ = ["gather"]
