"""Importing a conference from the data of a MiniConf site: files → records → plan → services → report."""
