"""Registrations and the gate, roles and profiles."""
