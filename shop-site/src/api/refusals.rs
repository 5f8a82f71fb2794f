//! Why each operation may be refused: by status, the codes of its problems. What an operation's shape says already is
//! not repeated: a body, a key, overload. Every test holds every answer against this.

use kit_web::openapi::Refusals;

use super::names::PAYMENT_FAILURES;

const fn of(operation: &'static str, answers: &'static [(u16, &'static [&'static str])]) -> Refusals {
    Refusals { operation, answers }
}

/// Nobody knows what became of a write that failed half-way.
const WRITE: (u16, &[&str]) = (500, &["outcome-unknown"]);
const FIELDS: (u16, &[&str]) = (400, &["invalid-fields"]);
const CART: (u16, &[&str]) = (404, &["cart-not-found"]);
const LINE: (u16, &[&str]) = (404, &["cart-not-found", "product-not-found"]);
const PRODUCT: (u16, &[&str]) = (404, &["product-not-found"]);
const ORDER: (u16, &[&str]) = (404, &["order-not-found"]);
const DOCUMENT: (u16, &[&str]) = (409, &["not-invoiced"]);
const NOT_PAID: (u16, &[&str]) = (402, &PAYMENT_FAILURES);
const TRIES: (u16, &[&str]) = (429, &["too-many-tries"]);
const GUESSES: (u16, &[&str]) = (429, &["too-many-guesses"]);
const REUSE: (u16, &[&str]) = (422, &["idempotency-key-reuse"]);

/// One row an operation.
pub(super) const REFUSALS: &[Refusals] = &[
    of("listProducts", &[FIELDS, (404, &["category-not-found"])]),
    of("getProduct", &[PRODUCT]),
    of("listRelatedProducts", &[PRODUCT]),
    of("compareProducts", &[PRODUCT]),
    of("getCart", &[CART]),
    of("setCartLine", &[LINE, (409, &["out-of-stock"]), (422, &["cart-full"]), WRITE]),
    of("removeCartLine", &[LINE, WRITE]),
    of("setCartCode", &[CART, (422, &["discount-not-found"]), WRITE]),
    of("removeCartCode", &[CART, WRITE]),
    of("listShippingOffers", &[CART]),
    of(
        "placeOrder",
        &[
            FIELDS,
            NOT_PAID,
            CART,
            (409, &["cart-empty", "out-of-stock", "price-changed"]),
            REUSE,
            (422, &["amount-invalid"]),
            TRIES,
            WRITE,
        ],
    ),
    of("getOrder", &[ORDER]),
    of(
        "payOrderAgain",
        &[FIELDS, NOT_PAID, ORDER, (409, &["not-payable", "payment-in-progress"]), REUSE, TRIES, WRITE],
    ),
    of("cancelOrder", &[ORDER, (409, &["already-shipped", "payment-in-progress"]), WRITE]),
    of("findOrder", &[ORDER, GUESSES, WRITE]),
    of("getOrderInvoice", &[ORDER, DOCUMENT]),
    of("getOrderCreditNote", &[ORDER, DOCUMENT]),
];
