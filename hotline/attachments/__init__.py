"""Files that citizens and staff add to a ticket: checked, stored encrypted, handed out."""
