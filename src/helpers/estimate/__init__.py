"""Pure statistics: arrays in, one frozen value out; one module per statistical question."""
