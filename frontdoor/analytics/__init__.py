"""What patients need and where they come from, counted from what the product keeps; nothing here names anybody."""
