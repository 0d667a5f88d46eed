"""What may leave the clinic: results without small counts, or what would give them back."""
