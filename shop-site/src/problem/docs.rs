//! Every code that the shop's API answers, what comes with it, and one problem of each as an example.

use std::borrow::Cow;
use std::time::Duration;

use kit_core::{Currency, Money};
use kit_web::Problem;
use kit_web::docs::ProblemDoc;
use kit_web::openapi::schema::{amount, at_most, count, currency, list, of, one_of, text, time};
use serde_json::{Value, json};
use shop_core::error::{ChangeReason, PriceChange, Shortage};
use shop_core::gateway::{Advice, Code};
use shop_core::rules::form::MAX_NOTE_CHARS;
use shop_core::{DiscountProblem, Failure, Field, FieldError, FieldProblem, OrderState, Refusal, Sku, TotalChange};

use super::{cart_not_found, of_failure, of_refusal, outcome_unknown, too_many_guesses, too_many_tries};

const fn doc(code: &'static str, statuses: &'static [u16], meaning: &'static str) -> ProblemDoc {
    ProblemDoc { code, statuses: Cow::Borrowed(statuses), meaning }
}

/// The shop's own codes and those of declines; those of kit-web are added by the page.
pub(crate) const PROBLEMS: &[ProblemDoc] = &[
    doc("invalid-fields", &[400], "Some fields are not valid; `fields` lists each with a `code` and a `message`."),
    doc("insufficient-funds", &[402], "The bank declined: insufficient funds."),
    doc("incorrect-pin", &[402], "The bank declined: incorrect account number or PIN."),
    doc("pin-blocked", &[402], "The bank declined: the PIN is blocked until the account holder sets a new one."),
    doc("limit-exceeded", &[402], "The bank declined: a limit of the account is reached."),
    doc("currency-mismatch", &[402], "The bank declined: the account is kept in another currency."),
    doc("use-hosted-approval", &[402], "The bank declined: the payment has to be confirmed on the bank's own page."),
    doc("account-frozen", &[402], "The bank declined: the account is frozen."),
    doc("account-closed", &[402], "The bank declined: the account is closed."),
    doc("declined", &[402], "The bank declined for another reason. `advice` says what the payer can do."),
    doc("not-charged", &[402], "The payment ended before the bank charged anything."),
    doc("bank-unavailable", &[402], "The bank could not be reached. Nothing was charged; pay the order again."),
    doc(
        "bank-throttled",
        &[402],
        "The bank asks for a pause, for instance after several wrong PINs. Nothing was charged; pay the order again later.",
    ),
    doc("product-not-found", &[404], "No product has this SKU."),
    doc("category-not-found", &[404], "No category has this slug."),
    doc("cart-not-found", &[404], "This is not a valid cart id."),
    doc("order-not-found", &[404], "No order has this token, or this number and e-mail address."),
    doc("discount-not-found", &[422], "There is no such discount code."),
    doc("cart-empty", &[409], "The cart is empty."),
    doc("out-of-stock", &[409], "Too few units are left; `lines` lists every line with `wanted` and `available`."),
    doc(
        "price-changed",
        &[409],
        "The order costs `total`, not `expected_total`. `reasons` lists the possible reasons (`price`, `shipping`, \
         `discount` or `cart`), `lines` every changed price with `seen` and `now`, `discount_problem` why the code takes \
         nothing off. Show it to the customer and send the new total.",
    ),
    doc(
        "payment-in-progress",
        &[409],
        "The bank has not answered yet. Do not pay again; get the order again after `Retry-After` seconds.",
    ),
    doc("not-payable", &[409], "The order's status, `order_status`, does not allow a payment."),
    doc("already-shipped", &[409], "The order is shipped."),
    doc("not-invoiced", &[409], "No such document yet: an invoice is issued on payment, a credit note on refund."),
    doc("cart-full", &[422], "A cart holds at most `max` different products."),
    doc("amount-invalid", &[422], "The order total is too large."),
    doc(
        "idempotency-key-reuse",
        &[422],
        "The key was used for a different request about this cart or order; `field` is the first difference.",
    ),
    doc("too-many-tries", &[429], "Too many declined payments from this client address. The bank was not asked."),
    doc("too-many-guesses", &[429], "Too many searches for orders from this client address found none."),
    doc("outcome-unknown", &[500], "It may or may not have happened. Repeat under the same key, or look it up."),
];

/// The codes of field errors.
pub(crate) const FIELD_CODES: &[&str] = &[
    "missing",
    "too-long",
    "not-plain-text",
    "not-text",
    "unknown-choice",
    "not-a-country",
    "not-shipped-to",
    "not-a-postal-code",
    "not-a-vat-number",
    "not-a-phone-number",
    "not-an-email",
    "not-an-account-number",
    "check-digits",
    "not-a-pin",
    "not-an-amount",
    "too-many-decimals",
    "amount-too-large",
    "currency-not-offered",
    "not-a-language",
    "not-offered",
    "not-a-cursor",
    "not-a-filter",
];

/// The extension members of problems: the facts of the codes.
pub(crate) fn members() -> Value {
    json!({
        "advice": of("Advice", "What the payer can do about a decline."),
        "order": of("Order", "The order that is not paid."),
        "order_status": of("OrderStatus", "The order's status."),
        "max": count("The largest number."),
        "lines": list("ProblemLine", "The cart lines concerned."),
        "reasons": list("ProblemReason", "Why the total may have changed."),
        "shipping": amount("The price of delivery today."),
        "discount": amount("The discount today."),
        "discount_problem": of("DiscountProblem", "Why the discount code takes nothing off."),
        "valid_from": time("When the discount code becomes valid."),
        "valid_until": time("When the discount code expired."),
        "minimum": amount("The minimum of the discount code."),
        "missing": amount("By how much the goods are below it."),
        "expected_total": amount("The total that was sent."),
        "total": amount("The total today."),
        "currency": currency("The currency of the amounts."),
    })
}

/// Schemas that only problems refer to, and what the types of the API cannot say.
pub(crate) fn schemas() -> Value {
    json!({
        "NewOrder": {
            "properties": {
                "name": at_most(100), "street": at_most(200), "postal_code": at_most(16), "city": at_most(100),
                "country": at_most(60), "company": at_most(100), "address_line_2": at_most(200),
                "vat_number": at_most(30), "phone": at_most(40), "note": at_most(MAX_NOTE_CHARS), "email": at_most(254),
            },
        },
        "ChangeReason": one_of(ChangeReason::ALL.iter().map(|reason| reason.code()), "Why a total may have changed."),
        "ProblemReason": {
            "type": "object",
            "description": "A possible reason for another total.",
            "required": ["reason"],
            "properties": { "reason": { "$ref": "#/components/schemas/ChangeReason" } },
        },
        "ProblemLine": {
            "type": "object",
            "description": "A cart line with too little stock, or with a changed price.",
            "required": ["sku", "name"],
            "properties": {
                "sku": text("The product's SKU."),
                "name": text("The product's name."),
                "wanted": count("How many units the line wants."),
                "available": count("How many units are left."),
                "seen": amount("The price of one unit when the line was set."),
                "now": amount("The price of one unit today."),
                "currency": currency("The currency of the amounts."),
            },
        },
    })
}

/// The members of field errors: the facts of their codes.
pub(crate) fn field_members() -> Value {
    json!({
        "max_chars": count("The most characters that fit."),
        "allowed": count("How many decimals the currency has."),
        "offered": text("The values that are taken, separated by commas."),
        "country": text("The code of the country concerned."),
        "postal_example": text("A postal code of that country."),
        "parameter": text("The member of the page before that holds the cursor."),
    })
}

/// A problem of every code and status: the examples of the specification.
pub(crate) fn samples() -> Vec<Problem> {
    let money = |minor| Money::new(minor, Currency::EUR);
    let state = OrderState::Paid;
    let keyboard = || (Sku::parse("KB-0302").expect("a SKU"), "Quiet keyboard".to_owned());
    let shortage = || {
        let (sku, name) = keyboard();
        Shortage { sku, name, wanted: 3, available: 1 }
    };
    let change = || {
        let (sku, name) = keyboard();
        PriceChange { sku, name, seen: money(3_490), now: money(3_990) }
    };
    let refusals = [
        Refusal::FieldsInvalid { fields: vec![FieldError { field: Field::Email, problem: FieldProblem::NotAnEmail }] },
        Refusal::ProductNotFound,
        Refusal::CategoryNotFound,
        Refusal::OrderNotFound,
        Refusal::CartFull { max: 50 },
        Refusal::CartEmpty,
        Refusal::OutOfStock { lines: vec![shortage()] },
        Refusal::PriceChanged(Box::new(TotalChange {
            reasons: vec![ChangeReason::Price, ChangeReason::Discount],
            lines: vec![change()],
            shipping: money(490),
            discount: money(0),
            discount_problem: Some(DiscountProblem::UsedUp),
            expected: money(3_980),
            total: money(4_480),
        })),
        Refusal::DiscountNotFound,
        Refusal::NotInvoiced,
        Refusal::AmountInvalid,
        Refusal::KeyReused { field: "name" },
        Refusal::PaymentInProgress,
        Refusal::NotPayable { state },
        Refusal::AlreadyShipped,
    ];
    let declined = |code: &str, advice| Failure::Declined { code: Code::new(code), advice };
    let failures = [
        declined("insufficient-funds", Advice::RetryLater),
        declined("incorrect-pin", Advice::RetryWithNewPin),
        declined("pin-blocked", Advice::UseHostedApproval),
        declined("limit-exceeded", Advice::RetryLater),
        declined("currency-mismatch", Advice::DoNotRetry),
        declined("use-hosted-approval", Advice::UseHostedApproval),
        declined("account-frozen", Advice::DoNotRetry),
        declined("account-closed", Advice::DoNotRetry),
        declined("", Advice::DoNotRetry),
        Failure::NotAsked { code: Code::new("throttled") },
        Failure::NotAsked { code: Code::new("not-sent") },
        Failure::TimedOut,
    ];
    let others = [
        cart_not_found(),
        too_many_tries(Duration::from_secs(60)),
        too_many_guesses(Duration::from_secs(60)),
        outcome_unknown(),
    ];
    let failed = failures.iter().map(|failure| of_failure(Some(failure)));
    refusals.iter().map(of_refusal).chain(failed).chain(others).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_documented_with_its_status() {
        for problem in samples() {
            let row = PROBLEMS.iter().chain(kit_web::docs::KIT_PROBLEMS).find(|row| row.code == problem.code);
            let row = row.unwrap_or_else(|| panic!("{} is not documented", problem.code));
            assert!(row.statuses.contains(&problem.status.as_u16()), "{}", problem.code);
        }
    }
}
