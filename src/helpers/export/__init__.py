"""What is handed on: analysis datasets with their codebook."""
