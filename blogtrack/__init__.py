"""Calls, posts, reviews and proceedings."""
