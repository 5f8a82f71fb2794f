# Products side by side
compare-title = Compare products
compare-tick = Compare
compare-bar = Up to four fit side by side.
compare-do = Compare the chosen ones
compare-lead = { $count ->
    [0] They have the same specifications.
    [one] They differ in one specification.
   *[other] They differ in { $count } specifications.
}
compare-stock = Availability
compare-change = Change
compare-different = What differs
compare-same = What is the same
compare-remove = Remove
compare-add = Add one to compare
compare-more = Choose from the whole category
compare-empty = Nothing to compare yet
compare-empty-next = Tick “Compare” at two to four products of a list, and see them side by side.
compare-too-many = You chose { $count } products, and { $max } fit side by side. Please remove some.
