home-title = IT hardware
