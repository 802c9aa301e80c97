"""Bølger as values: acts, states, notes and what is folded from them."""
