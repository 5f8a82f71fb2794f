# Coming in: logging in, opening the first account, a forgotten password
login-title = Log in
login-first = Please log in first; then it goes on where you were going.
login-email = E-mail address
login-password = Password
login-send = Log in
login-new = New here?
register-title = Open an account
register-lead = Four fields, one minute.
register-name = Your name
register-email = E-mail address
register-email-hint = To log in, and for messages about your security. Nothing else.
register-password = Password
register-password-hint = To log in here. At least { $least } characters; a short sentence is good.
register-pin = PIN of your first account
register-pin-hint = To pay and to withdraw. 6 to 12 digits that nobody guesses: no date, not 123456.
register-send = Open the account
register-known = You have an account already?
