"""The answers in Indonesian and English, made from their codes and numbers."""
