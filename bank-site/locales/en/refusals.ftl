# What the bank says no to, by code, and what to do next.
refusal-amount-not-positive = The amount must be more than zero.
refusal-amount-too-large = The amount is too large. Please enter a smaller one.
refusal-same-account = This is the account that the money comes from. Please choose another one.
refusal-wrong-credentials = The e-mail address or the password is not right. Please try again.
refusal-wrong-password = This is not your current password. Please try again.
refusal-deposits-by-operator-only = Deposits are made by the bank’s staff here. Please bring your money to them.
refusal-payee-not-found = There is no account with that number here. Please check it with whoever gave it to you.
refusal-email-taken = There is a customer with this e-mail address already. If that is you, log in instead.
refusal-too-many-accounts = You have { $limit } accounts already, which is as many as this bank allows.
refusal-payee-saved-already = You have saved this number already, as “{ $name }”.
refusal-too-many-payees = You have saved { $limit } payees already, which is as many as we keep. Please remove one first.
refusal-saved-payee-not-found = You have not saved such a payee.
refusal-account-not-empty = There are still { $balance } in this account. Transfer or withdraw them first, then close it.
refusal-account-has-holds = A shop has reserved { $held } on this account. Once that is charged or released, you can close it.
refusal-idempotency-key-reuse = This form was sent once before with other values, and that was done. Look at your account first; to do this as well, send the form again.
refusal-in-flight = We are still working on this very form. Please wait a moment and send it again; it happens only once.
refusal-insufficient-funds = There is not enough money in the account: { $shortfall } more would be needed. Enter a smaller amount, or deposit something first.
refusal-daily-deposit-limit = That is above today’s limit for deposits. Enter at most { $left }, or come back tomorrow.
refusal-currency-mismatch = The two accounts are kept in different currencies, and we do not exchange money. Please choose an account in the same currency.
refusal-account-frozen = Account { $account_number } is frozen: money may come in, not leave. Please contact the bank.
refusal-account-frozen-unnamed = The account is frozen: money may come in, not leave. Please contact the bank.
refusal-account-closed = Account { $account_number } is closed. Please choose another one.
refusal-account-closed-unnamed = The account is closed. Please choose another one.
refusal-pin-required = To send money to somebody else, please enter the account’s PIN.
refusal-incorrect-pin = { $tries_left ->
    [0] That PIN is not right. PIN use is now blocked for this account; set a new PIN with your password under “Change the PIN”.
    [one] That PIN is not right. One try is left.
   *[other] That PIN is not right. { $tries_left } tries are left.
}
refusal-pin-blocked = PIN use is blocked for this account after too many wrong tries. Set a new PIN with your password under “Change the PIN”.
refusal-pin-throttled = Too many wrong PINs. Please wait { $wait } and try again.
refusal-login-throttled = Too many failed log-ins. Please wait { $wait } and try again.
refusal-reset-throttled = That was asked for several times already. Use the mail that came last, or wait { $wait } and ask again.
refusal-pin-after-reset = Your password was set by mail a short while ago. For your protection it cannot change a PIN alone yet: please enter the present PIN, or wait { $wait }.
refusal-reset-ended = This link was used already, or its time is over. Please ask for a new one.
refusal-busy = The bank is very busy at this moment, and nothing was done. Please send the form again in a few seconds.
refusal-not-committed = Something failed on our side, and nothing was done. Please try again later.
refusal-commit-unknown = Something failed on our side, and we cannot say yet whether this was done. Send the form again: it cannot happen twice.
refusal-form-incomplete = This form was incomplete, so nothing was done. Please send it again.

# Fields
field-missing = Please fill in this field.
field-missing-name = Please enter a name.
field-too-long = Please use at most { $max_chars } characters.
field-not-plain-text = Please use one line of plain text.
field-not-an-email = Please enter an e-mail address such as ada@example.org.
field-password-too-short = Please choose a password of at least { $min_chars } characters; a short sentence is good.
field-password-guessable = This password is among the first ones that are guessed. Please choose another.
field-not-a-pin = A PIN has 6 to 12 digits.
field-pin-repeats = Please choose a PIN that does not repeat the same digits.
field-pin-counts = Please choose a PIN that does not simply count up or down.
field-pin-is-date = Please choose a PIN that is not a date.
field-pin-in-account-number = Please choose a PIN that is not part of the account number.
field-not-an-amount = An amount is written with digits and a decimal point, such as 129.90.
field-too-many-decimals = { $allowed ->
    [0] Amounts in this currency have no decimals.
   *[other] Amounts in this currency have { $allowed } decimals.
}
field-amount-too-large = The amount is too large. Please enter a smaller one.
field-not-a-currency = Please choose a currency from the list.
field-currency-not-offered = We keep no accounts in this currency. Please choose one of { $offered }.
field-not-an-account-number = An account number has 12 digits.
field-check-digits = The check digits of this account number do not match. Please compare it digit by digit.
field-own-account = This is one of your own accounts. You can transfer to it without saving it.
field-not-a-language = Please choose a language from the list.

# Pages about what is not there
problem-account-not-found = You have no such account
problem-account-not-found-next = Perhaps you are logged in under another name, or the number is mistyped.
problem-session-not-found = This session has ended already
problem-session-not-found-next = There is nothing left to do.
problem-not-logged-in = Please log in
problem-not-logged-in-next = Your session has ended. Log in again to go on.
problem-saved-payee-not-found = You have not saved such a payee
problem-saved-payee-not-found-next = Perhaps you removed it before.
