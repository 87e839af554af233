"""How an object declares itself: columns, composites, kinds, traits, and the names that follow from them."""
