"""The package for peer review: made, unpacked under guard, and verified."""
