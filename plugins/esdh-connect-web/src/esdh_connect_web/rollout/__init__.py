"""Bølger på sider: what the board, a wave and the planning of one show, and how a wave is moved on."""
