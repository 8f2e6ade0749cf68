"""Finding the article that answers: an index on local disk, derived from the database."""
