"""Analysis of NCT06916403: from the clinic's files to the study report."""

__version__ = "1.0.0"
