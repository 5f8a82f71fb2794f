# What the shop says no to, by code, and what to do next.
refusal-fields-invalid = Please correct the marked fields.
refusal-quantity-invalid = Please choose a quantity from 1 to { $max }; to take a line out, remove it.
refusal-product-not-found = We do not sell this product. Please search for another one.
refusal-category-not-found = We have no such category. Please choose one from the list.
refusal-order-not-found = We do not know this order. Please check the link or the number.
refusal-cart-full = A cart holds at most { $max } different products. Please place an order for these first.
refusal-cart-empty = Your cart is empty. Please put something into it first.
refusal-out-of-stock = We do not have enough of this. Please take fewer, or remove it.
refusal-out-of-stock-line = { $name }: { $wanted } wanted, { $available } left.
refusal-price-changed = The total is now { $total } instead of { $expected }. Please check it and confirm again.
refusal-price-changed-line = { $name }: now { $now } instead of { $seen }.
refusal-amount-invalid = This order is too large to be paid at once. Please split it.
refusal-key-reused = This form was sent before with other contents. Please load the page again.
refusal-payment-in-progress = We are still checking with your bank. Please do not pay again, and look again shortly.
refusal-already-paid = This order is paid already.
refusal-not-payable = This order can no longer be paid. Nothing was charged; please place a new one.
refusal-already-shipped = This order has left our warehouse already.
refusal-too-many-tries = Too many payments from your address were declined. This one was not sent to your bank, and nothing was charged. Please try again in { $wait }.
refusal-busy = It is very busy right now and nothing was done. Please send the form again in a moment.
refusal-unavailable = Something that we need does not work right now, and nothing was done. Please try again in a little while.
refusal-sent-before = See the order that this form has placed

# Fields
field-missing = Please fill in: { $field }.
field-too-long = Please use at most { $max } characters.
field-not-plain = Please use one line of plain text.
field-not-an-email = Please enter an e-mail address, such as ada@example.org.
field-not-an-account-number = An account number has 12 digits.
field-check-digits = This account number has a typing mistake; please compare it digit by digit.
field-not-a-pin = A PIN has 6 to 12 digits.
field-quantity = A cart takes 1 to { $max } of a product.

# Pages about what is not there
problem-product-not-found = We do not sell this product
problem-product-not-found-next = Please search for another one.
problem-category-not-found = We have no such category
problem-category-not-found-next = Please choose one from the list.
problem-not-invoiced = There is no such document for this order
problem-not-invoiced-next = An invoice is issued when the order is paid, and a credit note when its money was given back.
problem-order-not-found = We do not know this order
problem-order-not-found-next = Please check the link or the number.

# Why an order is not paid
failure-insufficient-funds = Your bank declined: there is not enough money in the account. Nothing was charged. Please deposit some and try again.
failure-incorrect-pin = Your bank declined: account number and PIN do not belong together. Nothing was charged. Please check both.
failure-pin-blocked = Your bank declined: the PIN is blocked after too many wrong ones. Nothing was charged. Please unblock it at your bank.
failure-limit-exceeded = Your bank declined: a limit of the account is reached. Nothing was charged. Please use another account, or ask your bank.
failure-currency-mismatch = Your bank declined: the account is kept in another currency. Nothing was charged. Please use another account.
failure-account-frozen = Your bank declined: the account is frozen. Nothing was charged. Please ask your bank.
failure-account-closed = Your bank declined: the account is closed. Nothing was charged. Please use another account.
failure-retry-with-new-pin = Your bank declined. Nothing was charged. Please check the PIN.
failure-retry-later = Your bank declined for now. Nothing was charged. Please try again later.
failure-use-hosted-approval = Your bank declined. Nothing was charged. Paying by PIN is not possible here at present; please try again later.
failure-do-not-retry = Your bank declined. Nothing was charged. Please use another account, or ask your bank.
failure-throttled = Your bank asks you to wait a little before the next try, for instance after several wrong PINs. Nothing was charged.
failure-not-sent = We could not reach your bank just now. Nothing was charged. Please try again in a moment.
failure-not-asked = Your bank does not take payments from us at present. Nothing was charged. Please try again later.
failure-timed-out = The payment ended before your bank charged anything. Nothing was charged.

# Why a discount code takes nothing off now
discount-ended = This code is not valid. Please check it.
discount-not-yet = This code is valid from { $from } on.
discount-expired = This code was valid until { $until }.
discount-used-up = This code was used as often as it may be.
discount-used-before = You have used this code before.
discount-minimum = This code is for goods worth { $minimum } and more. Goods for { $missing } are missing.
discount-nothing-eligible = This code is for none of the goods in your cart.
refusal-discount-not-found = We do not know this code. Please check it.
refusal-not-invoiced = There is no invoice for this order: it is issued when the order is paid.
field-not-text = Please use plain text.
field-not-a-country = Please choose a country of the list.
field-not-shipped-to = We do not deliver to { $country }.
field-not-a-postal-code = This is not a postal code of { $country }. One looks like { $example }.
field-not-a-vat-number = A VAT number has 4 to 20 letters and digits, such as DE123456789.
field-not-a-phone-number = A telephone number has 5 to 20 digits, such as +49 30 123456.
field-unknown-choice = Please choose one of the list.
refusal-too-many-guesses = Too many tries from your address. Nothing was changed. Please try again in { $wait }.
