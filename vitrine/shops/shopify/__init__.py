"""Shopify's Admin GraphQL API: media of products."""
