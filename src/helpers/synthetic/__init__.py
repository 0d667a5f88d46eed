"""A study folder from a stated truth and a seed: synthetic data in the clinic's formats."""

from helpers.synthetic.parameters import Truth
from helpers.synthetic.write import write_synthetic_study

__all__ = ["Truth", "write_synthetic_study"]
