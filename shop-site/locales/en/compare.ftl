# Products side by side
compare-tick = Compare
compare-bar = Up to four fit side by side.
compare-do = Compare the chosen ones
