"""Recomputes results from the data and compares them, number by number, with what was kept."""
