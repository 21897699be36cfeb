"""Learning from decisions: code models, whether proposals keep their promises, precedents."""
