# Mails. Plain text; lines are short, as mail programs do not break them.
mail-greeting = Hello { $name },
mail-see-order = See how far your order is, or change your mind before it is shipped:
mail-sign-off =
    Your shop

    This mail was sent by a program; answers to it reach nobody.
mail-line = { $units } × { $product }: { $total }
mail-discount = Discount { $code }: −{ $amount }
mail-shipping = Shipping, { $method }: { $price }
mail-total = Total, VAT included: { $total }
mail-goes-to = It goes to:

mail-paid = Your order { $number } is confirmed
mail-paid-text =
    Thank you for your order { $number }. It is paid, and we are
    preparing it:

mail-free-text =
    Thank you for your order { $number }. There is nothing to pay,
    and we are preparing it:

mail-shipped = Your order { $number } is on its way
mail-shipped-text = Your parcel left us on { $when }:

mail-ready = Your order { $number } is ready for you
mail-ready-text = Your order has been ready to be fetched since { $when }:

mail-cancelled = Your order { $number } is cancelled
mail-cancelled-text =
    Your order { $number } was cancelled on { $when }, before
    anything was charged.
mail-refunded-text =
    Your order { $number } was cancelled on { $when }. The whole
    amount, { $total }, was given back to the account that paid it.

mail-new-order = New order { $number }: { $total }
mail-new-order-text =
    The order { $number } was paid on { $when }.
    To see it: shop-site show { $number }
mail-new-order-note = The customer's note: { $note }

mail-not-paid = Your order { $number } was not paid
mail-not-paid-text =
    Your order { $number } ended on { $when }, because it was not
    paid. Nothing was charged, and the goods are back on the shelf. You are
    welcome to order again:
