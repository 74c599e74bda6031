"""Filled workbooks come in: read, judged, recorded, answered."""
