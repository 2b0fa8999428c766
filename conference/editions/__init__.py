"""Editions of the conference series, their landing and home pages, FAQ and committee."""
