# Around every page
site-name = Bank
site-description = A bank account in one minute: deposit, pay with a PIN, and see where the money went.
nav-main = Main
nav-accounts = Accounts
nav-security = Security
nav-shop = Go shopping
nav-log-in = Log in
nav-register = Open an account
nav-log-out = Log out
foot-api = API for programs
error-accounts = To your accounts
error-home = Home page
