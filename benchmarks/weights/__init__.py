"""Fits the weights of policy search (locales/policy/weights.toml) over several knowledge bases with questions."""
