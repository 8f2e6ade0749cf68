"""The citizen's pages, through HTTP with CSRF."""
