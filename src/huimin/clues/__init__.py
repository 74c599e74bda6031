"""Hits become clues with evidence, masked."""
