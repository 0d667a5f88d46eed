"""What is handed on: results for the registry, and analysis datasets with their codebook."""
