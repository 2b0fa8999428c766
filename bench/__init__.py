"""Load and speed: `make bench`. What each row means stands in README.md."""
