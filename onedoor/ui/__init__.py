"""What every page is made of: the layout, one macro per component, one stylesheet, and the helpers of the edges."""
