"""Vigie: a self-hosted support desk for hosting providers that keeps its word."""

__version__ = "0.1.0"
