home-title = IT-Hardware
