"""How Sphinx builds the documentation: `make docs`."""

project = "esdh_connect"
author = "esdh_connect contributors"
copyright = "esdh_connect contributors"

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3  # so that one page can point at a heading of another

html_theme = "furo"
html_title = "esdh_connect"
html_show_copyright = False
html_show_sourcelink = False
