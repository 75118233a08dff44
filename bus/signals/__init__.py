"""Who is woken when there is work, in this process and in others."""
