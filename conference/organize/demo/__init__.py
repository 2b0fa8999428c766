"""The demonstration edition: an invented conference that is running now. Its words are in `texts/`."""
