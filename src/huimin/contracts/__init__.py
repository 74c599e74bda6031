"""What one roster promises."""
