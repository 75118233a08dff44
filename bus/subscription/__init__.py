"""The subscriber's side: events are applied once and in order, or kept in the inbox and retried."""
