"""What a cell says: lengths, ids and addresses of photos."""
