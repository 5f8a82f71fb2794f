# The page of an order: what is known, what to do now, what not to do.
order-title = Order { $number }
order-placed = Order { $number }, placed on { $date }
order-confirm-at-bank = Confirm at your bank
order-check-again = Check again
order-as-of = { $asked ->
    [0] As of { $now }.
    [one] As of { $now }; we have asked your bank again once so far.
   *[other] As of { $now }; we have asked your bank again { $asked } times so far.
}
order-looking = This page looks again by itself.
order-stopped-looking = This page has stopped looking by itself.
order-pay-again = Pay again
order-pay = Pay { $amount }
order-deposit = Deposit money first
order-what = What you ordered
order-line = { $quantity } × { $name }
order-history = What happened so far
order-delivery = Delivery
order-cancel = Cancel this order
order-cancel-sure = Cancel this order?
order-cancel-yes = Yes, cancel it
order-cancel-no = Keep the order
order-cancel-paid = Your money is given back.
order-cancel-unpaid = Nothing was charged.
order-keep-address = Keep this page’s address: it leads back to your order, and whoever has it can see it.

order-unpaid = Your order is not paid yet
order-unpaid-known = We keep the goods for you until { $until }.
order-unpaid-next = Pay below by then, or cancel the order. If you do neither, it ends by itself and costs nothing.
order-late = Your order was not paid in time
order-late-known = We kept the goods for you until { $until }, and nobody paid by then. Nothing was charged.
order-late-next = It cannot be paid any more and ends by itself in a moment. You are welcome to order again.
order-checking = We are checking with your bank. Do not pay again.
order-checking-known = Your bank has not told us yet whether the payment went through. We ask again until it does; the goods are kept for you meanwhile.
order-checking-next = You need not do anything. We ask your bank by ourselves and usually know within a minute of reaching it.
order-checking-never = Do not pay again, and do not order the same things again: if the payment did go through, you would pay twice.
order-approval = Please confirm the payment at your bank
order-approval-known = Your bank waits for your confirmation until { $until }.
order-approval-next = Confirm or refuse it there and come back: we ask your bank by ourselves and usually know within a minute.
order-approval-next-alone = Open your bank’s own site in the way you always do, and confirm or refuse the payment there. We ask your bank by ourselves and usually know within a minute.
order-approval-never = Do not pay a second time for this order. If you do not confirm the payment, it is called off and nothing is charged.
order-paid = Thank you. Your order is paid.
order-paid-known = We are preparing it for you.
order-paid-next = You need not do anything. Until it leaves our warehouse you can cancel, and your money is given back.
order-shipped = Your parcel is on its way
order-shipped-known = It has left our warehouse.
order-ready = Your order is ready for you
order-ready-known = It waits for you with us.
order-ready-next = Please come and fetch it. It is too late to cancel here.
order-shipped-next = You need not do anything. It is too late to cancel here.
order-refunding = Your order is cancelled; your money is on its way back
order-refunding-known = We have asked your bank and are waiting for its answer.
order-refunding-next = You need not do anything. We ask your bank by ourselves until it has given the money back, which usually takes less than a minute.
order-refund-delayed = Your order is cancelled; giving your money back takes longer than usual
order-refund-delayed-known = Your bank’s answer needs our attention; we will get back to you. Your money is owed to you until it is back in your account.
order-refund-delayed-next = You need not do anything, and you need not cancel again: we have been told, and act on it.
order-cancelled = Your order is cancelled
order-cancelled-refunded = Your money was given back.
order-cancelled-uncharged = Nothing was charged.
order-cancelled-next = There is nothing left to do. You are welcome to order again.
order-ended-next = The order has ended and the goods are back on the shelf. You are welcome to order again.
order-ended-timed-out = The payment timed out. Nothing was charged.
order-ended-timed-out-known = Your bank gave no clear answer, so we called the payment off. Your bank has confirmed that it charged nothing and will not do so later.
order-ended-not-confirmed = The payment was not confirmed. Nothing was charged.
order-ended-not-confirmed-known = The payment was not confirmed on your bank’s page in time, or it was refused there. It is called off, and your bank has confirmed that it charged nothing.
order-ended-declined = Your bank declined the payment. Nothing was charged.
order-ended-declined-known = Your bank’s answer reached us late, and it was a no.
order-ended-not-paid = Your order was not paid in time. Nothing was charged.
order-ended-not-paid-known = We kept the goods for you until { $until }, and nobody paid by then.

event-placed = You placed the order, and we put the goods aside for you.
event-payment-started = A payment began.
event-payment-unknown = Your bank gave no clear answer; we began to check.
event-approval-requested = Your bank asked you to confirm the payment.
event-paid = Your bank took the money: the order was paid.
event-payment-failed = The payment did not go through; nothing was charged.
event-not-paid = The order ended unpaid, and the goods went back on the shelf.
event-shipped = The order left our warehouse.
event-refund-started = The order was cancelled, and we set out to give your money back.
event-refund-refused = Your money could not be given back yet; our staff was told.
event-refunded = Your money was given back.
event-cancelled = The cancellation became final, and the goods went back on the shelf.

ahead-paid = The payment
ahead-shipped = The parcel leaves our warehouse
ahead-fetched = You fetch it from us
ahead-refunded = Your money is back in your account
