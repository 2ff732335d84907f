"""Every statement of the tracker."""
