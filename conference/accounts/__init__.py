"""The user and nothing else: every foreign key to a person points here."""
