"""What of the pages is built from npm: its sources, and `build`, which makes files of them that the package ships."""
