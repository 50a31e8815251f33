"""The emergency screen: rules, fixed replies, and the figures that say how well they do."""
