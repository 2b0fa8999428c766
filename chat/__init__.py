"""Rooms and messages; knows no paper, session or sponsor."""
