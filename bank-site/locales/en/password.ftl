# A forgotten password: asking for a link, and setting a new one by it
forgotten-title = Forgotten your password?
forgotten-lead = Tell us your e-mail address, and we send you a link to choose a new one. Your money and your PINs stay as they are.
forgotten-send = Send me the link
forgotten-asked = If this is the address of one of our customers, a mail is on its way to it.
forgotten-asked-next = The link in it works once, for 30 minutes. Nothing there after a few minutes? Look among unwanted mail, and check the address that you typed.
forgotten-back = Back to the log-in
reset-title = A new password
reset-lead = Choose a new password. You are logged out everywhere else then.
reset-password = New password
reset-send = Use this password
reset-done = Your new password is set. You can log in with it now.
reset-ended = This link was used already, or its 30 minutes are over. Ask for a new one; it takes a moment.
reset-again = Send me a new link
login-forgotten = Forgotten your password?
