"""What every page is made of: templates, words, vendored files, the small scripts."""
