"""Answers to the why-questions of operators, kitchens and cooperatives: computed, and re-solved where they claim an effect."""
