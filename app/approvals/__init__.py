"""What takes effect only when a second person agrees."""
