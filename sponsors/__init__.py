"""The sponsor hall."""
