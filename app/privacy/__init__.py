"""What the portal knows of a person: given out, erased, and who looked at it."""
