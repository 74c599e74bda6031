"""Declared tables become files, balanced and renamed into place."""
