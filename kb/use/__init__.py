"""How knowledge is used, and what is learned from it: searches, uses, complaints, proposals."""
