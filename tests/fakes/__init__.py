"""One scripted stand-in per port."""
