"""What every module's HTTP shares: who is asking, what may be asked, and how it is answered."""
