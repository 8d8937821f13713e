"""Packets, conversations and capture files, made by hand: the truth about a
capture is what its maker put in. Python standard library only."""
