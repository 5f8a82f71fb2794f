home-title = IT hardware
home-heading = IT hardware, plainly described
home-lead = You pay with an account number and a PIN. New here?
home-categories = Categories
home-some = Some of our products
home-all = See all { $count } products
