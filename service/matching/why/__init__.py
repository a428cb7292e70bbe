"""Answers to why-questions: computed, and re-solved where they claim an effect (``README.md``)."""
