"""Words, tables and figures: the last step, in which numbers are rounded."""
