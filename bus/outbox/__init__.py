"""What a source publishes: written with the change that it tells of, read by position."""
