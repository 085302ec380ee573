"""WooCommerce's REST API v3: meta data and description of products."""
