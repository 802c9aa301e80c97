"""Forsendelser: letters that were ordered, as their pages show them. What is shown is what the core says."""
