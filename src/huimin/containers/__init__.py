"""What delivered bytes are, whatever their name says, and what stands in those that are no text.

`child.py` runs in a process of its own: what it imports from here imports nothing else of Huimin, and no frame library.
"""
