"""Signals: wake whoever has work to do, in this process and in others."""
