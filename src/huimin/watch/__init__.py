"""Watched from outside: what the last night left, whether one is missing, and what somebody should be told."""
