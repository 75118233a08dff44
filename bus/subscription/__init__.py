"""What a subscriber does with what its sources send: apply once, in order, or keep and retry."""
