"""Study folders that went wrong, made again from a seed and a number, and what became of each."""
