//! The introduction of the specification: conventions, and every limit that a caller can meet.

use kit_web::body::BODY_BYTES;
use shop_core::ShopConfig;
use shop_core::rules::cart::{MAX_LINES, MAX_QUANTITY};

use crate::tries::{TRIES, WINDOW};

/// What the specification says before any operation. The figures are the code's own.
pub(super) fn introduction() -> String {
    let minutes = |duration: std::time::Duration| duration.as_secs() / 60;
    format!(
        "The catalogue, carts and orders.\n\n\
         Amounts are decimal strings with a currency, such as `\"129.90\"` and `\"EUR\"`. Times are UTC in RFC 3339 with \
         six decimals. Members without a value are left out of answers, never `null`. Errors are problem documents \
         (RFC 9457): branch on `code`. Unknown query parameters and unknown members of a body are refused.\n\n\
         Lists that may be long have pages: `limit` says how many items, and `next_cursor` of a page is the `cursor` of \
         the next one. The last page has none.\n\n\
         Idempotency keys are kept forever, and belong to the cart or the order that they were used for. A key is used \
         once an order was placed or a payment begun under it: what is refused before (400, 404, 409 of the cart, 429, 503) \
         leaves it unused. Repeating the call answers with the status and the code that its own attempt has by then, and \
         with the order as it is now. A payment that failed uses its key: pay the order again under a new one.\n\n\
         Limits: a cart holds at most {lines} different products with at most {quantity} units each. The stock of an order \
         that is not paid is reserved for {reserved} minutes, unless the shop's operator has chosen another time. After \
         {tries} declined payments from one client address within {window} minutes the bank is not asked for the rest of \
         them; searches for orders that find none are limited in the same way. Discount codes are not limited. A page \
         holds at most 100 items, a body at most {body} KiB. A request must arrive within 5 seconds.",
        lines = MAX_LINES,
        quantity = MAX_QUANTITY,
        reserved = minutes(ShopConfig::default().reservation),
        tries = TRIES,
        window = minutes(WINDOW),
        body = BODY_BYTES / 1024,
    )
}
