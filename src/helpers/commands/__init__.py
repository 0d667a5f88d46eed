"""The commands of `study`, one module each: its options, and the call that it makes."""
