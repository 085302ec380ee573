"""The pages: one for each product, one for the catalogue, and a small server to look at them."""
