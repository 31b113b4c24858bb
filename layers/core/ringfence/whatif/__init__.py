"""What a change would open and close, worked out before it is made."""
