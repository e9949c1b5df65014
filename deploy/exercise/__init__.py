"""The whole deployment on one machine, each part killed in turn under load."""
