"""Rich text as a list of blocks, read from and printed to BlockNote JSON and Markdown."""
