"""The API, version 1: the same verbs as the pages, for the provider's own systems. docs/api.md is its manual."""
