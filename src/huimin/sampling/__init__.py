"""Sampling plans: who is checked again, drawn so that anybody can draw it again."""
