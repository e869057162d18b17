"""Tables and their rules: what is stored, who may see it, and which moves are legal. Imports SQLAlchemy and nothing of ours."""
