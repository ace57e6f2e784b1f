"""Attribution in the product: pages, published figures, and what changed in them since."""
