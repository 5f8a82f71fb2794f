//! Every code that the shop's API answers, for the documentation page.

use kit_web::docs::ProblemDoc;

const fn doc(code: &'static str, status: u16, meaning: &'static str) -> ProblemDoc {
    ProblemDoc { code, status, meaning }
}

/// The shop's own codes and those of declines; those of kit-web are added by the page.
pub(crate) const PROBLEMS: &[ProblemDoc] = &[
    doc("invalid-fields", 400, "Some fields are not valid; `fields` lists each with a `code` and a `message`."),
    doc("quantity-invalid", 400, "A quantity is a whole number from 1 to `max`; to take a line out, remove it."),
    doc("catalogue-rejected", 400, "A catalogue file was not imported; `errors` lists the bad rows."),
    doc("discount-invalid", 400, "A discount code cannot be like this; `problem` names what is wrong."),
    doc("idempotency-key-required", 400, "A call that moves money came without the header `Idempotency-Key`."),
    doc("invalid-idempotency-key", 400, "A key has 8 to 64 visible ASCII characters."),
    doc("insufficient-funds", 402, "The bank declined: there is not enough money in the account."),
    doc("incorrect-pin", 402, "The bank declined: account number and PIN do not belong together."),
    doc("pin-blocked", 402, "The bank declined: the PIN is blocked until the account's holder unblocks it."),
    doc("limit-exceeded", 402, "The bank declined: a limit of the account is reached."),
    doc("currency-mismatch", 402, "The bank declined: the account is kept in another currency."),
    doc("use-hosted-approval", 402, "The bank declined: it wants the payment confirmed on its own page."),
    doc("account-frozen", 402, "The bank declined: the account is frozen."),
    doc("account-closed", 402, "The bank declined: the account is closed."),
    doc("declined", 402, "The bank declined without saying why. A bank may have codes that are not listed here."),
    doc("not-charged", 402, "The payment ended before the bank charged anything."),
    doc("bank-unavailable", 402, "The bank could not be asked just then; nothing was charged. Pay the order again."),
    doc(
        "bank-throttled",
        402,
        "The bank wants a pause before the next try, for instance after several wrong PINs; nothing was charged. Pay the \
         order again later.",
    ),
    doc("product-not-found", 404, "No product has this SKU."),
    doc("category-not-found", 404, "No category has this slug."),
    doc("cart-not-found", 404, "This is not the id of a cart."),
    doc("order-not-found", 404, "No order has this token, or this number and e-mail address."),
    doc("discount-not-found", 404, "There never was such a discount code."),
    doc("cart-empty", 409, "There is nothing in the cart."),
    doc(
        "out-of-stock",
        409,
        "Fewer units are left than wanted; `lines` lists every line with `wanted` and `available`.",
    ),
    doc(
        "price-changed",
        409,
        "The order costs `total`, not `expected_total`; `reasons` lists what may be why (`price`, `shipping`, `discount` or \
         `cart`), `lines` every changed price with `seen` and `now`, `discount_problem` why the code takes nothing off. \
         Show it to the customer and send the new total.",
    ),
    doc("payment-in-progress", 409, "The bank is still being asked. Do not pay again; look at the order again."),
    doc("not-payable", 409, "The order's `state` does not wait for a payment."),
    doc("already-shipped", 409, "The order is on its way."),
    doc("not-shippable", 409, "Only a paid order is shipped."),
    doc("discount-exists", 409, "There is such a discount code already."),
    doc(
        "not-invoiced",
        409,
        "The order has no such document: an invoice once it is paid, a credit note once given back.",
    ),
    doc("cart-full", 422, "A cart holds at most `max` different products."),
    doc("amount-invalid", 422, "The order is too large to be paid at once."),
    doc(
        "idempotency-key-reuse",
        422,
        "The key came with other facts for this cart or order; `field` is the first that differs.",
    ),
    doc("too-many-tries", 429, "Too many payments from this address were declined; nothing was sent to the bank."),
    doc("too-many-guesses", 429, "Too many discount codes or order numbers from this address were wrong."),
    doc("outcome-unknown", 500, "It may or may not have happened. Repeat under the same key, or look up."),
];

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use kit_core::{Currency, Money};
    use shop_core::{ImportErrors, OrderState, Refusal, TotalChange};

    use super::*;
    use crate::problem;

    #[test]
    fn every_refusal_is_documented_with_its_status() {
        let money = Money::new(1, Currency::EUR);
        let state = OrderState::Paid;
        let refusals = [
            Refusal::FieldsInvalid { fields: Vec::new() },
            Refusal::QuantityInvalid { max: 99 },
            Refusal::CatalogueRejected(ImportErrors::default()),
            Refusal::ProductNotFound,
            Refusal::CategoryNotFound,
            Refusal::OrderNotFound,
            Refusal::CartFull { max: 50 },
            Refusal::CartEmpty,
            Refusal::OutOfStock { lines: Vec::new() },
            Refusal::PriceChanged(Box::new(TotalChange {
                reasons: Vec::new(),
                lines: Vec::new(),
                shipping: money,
                discount: money,
                discount_problem: None,
                expected: money,
                total: money,
            })),
            Refusal::DiscountNotFound,
            Refusal::DiscountExists,
            Refusal::DiscountInvalid { problem: "percent" },
            Refusal::NotInvoiced,
            Refusal::AmountInvalid,
            Refusal::KeyReused { field: "name" },
            Refusal::PaymentInProgress,
            Refusal::NotPayable { state },
            Refusal::AlreadyShipped,
            Refusal::NotShippable { state },
        ];
        let ours = [
            kit_web::idempotency::key_required(),
            kit_web::idempotency::key_invalid(),
            problem::cart_not_found(),
            problem::too_many_tries(Duration::ZERO),
            problem::too_many_guesses(Duration::ZERO),
        ];
        for problem in refusals.iter().map(problem::of_refusal).chain(ours) {
            let row = PROBLEMS.iter().find(|row| row.code == problem.code);
            assert_eq!(row.map(|row| row.status), Some(problem.status.as_u16()), "{}", problem.code);
        }
    }
}
