"""What `script/screenshots` does: walks a running demo with a browser and keeps pictures of it."""
