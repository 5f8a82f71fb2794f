//! Words for people, and the slugs that say the same to programs.

use kit_core::Timestamp;
use kit_web::Words;
use rust_decimal::prelude::ToPrimitive;
use shop_core::gateway::Advice;
use shop_core::rules::specification::label;
use shop_core::{
    Availability, DeliveryEstimate, DiscountProblem, Failure, Field, FieldProblem, OrderState, OrderStatus, OrderView,
    Refusal, Slug, SpecificationValue, category_name,
};

use crate::pictures::View;

/// Why an order is not paid, as a slug: the bank's own for a decline that the contract knows. A code that a bank
/// invents tomorrow would be a value that generated clients cannot read; its advice still says what to do.
pub(crate) fn failure_code(failure: Option<&Failure>) -> &'static str {
    match failure {
        Some(Failure::Declined { code, .. }) => {
            let known = DECLINES.into_iter().chain(["use-hosted-approval"]);
            known.into_iter().find(|known| *known == code.as_str()).unwrap_or("declined")
        }
        Some(Failure::NotAsked { code }) if code.as_str() == "throttled" => "bank-throttled",
        Some(Failure::NotAsked { .. }) => "bank-unavailable",
        Some(Failure::TimedOut) | None => "not-charged",
    }
}

/// Why an order is not paid, and what to do.
pub(crate) fn failure(t: Words<'_>, failure: Option<&Failure>) -> String {
    let key = match failure {
        Some(Failure::Declined { code, advice }) => {
            let key = format!("failure-{}", code.as_str());
            // What the bank invents tomorrow is told by its advice.
            if DECLINES.contains(&code.as_str()) { key } else { format!("failure-{}", advice_of(*advice)) }
        }
        Some(Failure::NotAsked { code }) => match code.as_str() {
            "throttled" => "failure-throttled".to_owned(),
            "not-sent" => "failure-not-sent".to_owned(),
            // The bank does not take our calls, and our operator has been told.
            _ => "failure-not-asked".to_owned(),
        },
        Some(Failure::TimedOut) | None => "failure-timed-out".to_owned(),
    };
    t.say(&key).to_string()
}

/// The declines that have words of their own.
const DECLINES: [&str; 7] = [
    "insufficient-funds",
    "incorrect-pin",
    "pin-blocked",
    "limit-exceeded",
    "currency-mismatch",
    "account-frozen",
    "account-closed",
];

fn advice_of(advice: Advice) -> &'static str {
    match advice {
        Advice::RetryWithNewPin => "retry-with-new-pin",
        Advice::RetryLater => "retry-later",
        // Which this shop does not offer; another account would be asked the same.
        Advice::UseHostedApproval => "use-hosted-approval",
        Advice::DoNotRetry => "do-not-retry",
    }
}

/// What a payer can do about it, as a slug.
pub(crate) fn advice_code(failure: Option<&Failure>) -> &'static str {
    match failure {
        Some(Failure::Declined { advice, .. }) => advice_of(*advice),
        _ => "retry-later",
    }
}

/// Whether there is enough of a product.
pub(crate) fn availability(t: Words<'_>, availability: Availability) -> String {
    match availability {
        Availability::InStock => t.say("stock-in").to_string(),
        Availability::FewLeft { units } => t.say("stock-few").with("units", units).to_string(),
        Availability::TooFew { units } => t.say("stock-too-few").with("units", units).to_string(),
        Availability::OutOfStock => t.say("stock-out").to_string(),
    }
}

/// How far an order has come, in two or three words.
pub(crate) fn status(t: Words<'_>, view: &OrderView) -> String {
    if view.status == OrderStatus::Shipped && view.order.shipping.pickup {
        return t.say("status-ready").to_string();
    }
    t.say(&format!("status-{}", view.status.code())).to_string()
}

/// A way of shipping. One that the operator named is called that.
pub(crate) fn way(t: Words<'_>, name: &str) -> String {
    t.say_or(&format!("way-{}", slug(name)), name)
}

/// When something arrives, or is there to be fetched.
pub(crate) fn delivery(t: Words<'_>, estimate: DeliveryEstimate, pickup: bool, now: Timestamp) -> String {
    let key = if pickup { "product-fetched" } else { "product-arrives" };
    t.say(key).with("days", days(t, estimate, now)).to_string()
}

/// On which days something arrives, as short as can be.
fn days(t: Words<'_>, arrives: DeliveryEstimate, now: Timestamp) -> String {
    let DeliveryEstimate { earliest, latest } = arrives;
    if earliest == latest {
        let today = earliest == t.calendar().day(now);
        return if today { t.say("product-today").to_string() } else { t.day(earliest) };
    }
    let ((year, month, first), last) = (earliest.civil(), latest.civil());
    if (year, month) == (last.0, last.1) {
        return t.say("product-days").with("first", first.to_string()).with("last", t.day(latest)).to_string();
    }
    t.say("list-range").with("lowest", t.day(earliest)).with("highest", t.day(latest)).to_string()
}

/// A category's name. One that is the operator's own is called what its slug says.
pub(crate) fn category(t: Words<'_>, slug: &Slug) -> String {
    t.say_or(&format!("category-{slug}"), &category_name(slug))
}

/// What a picture of a product shows.
pub(crate) fn view(t: Words<'_>, name: &str, view: View) -> String {
    let key = match view {
        View::Front => "product-view-front",
        View::Back => "product-view-back",
        View::Detail => "product-view-detail",
    };
    t.say(key).with("name", name).to_string()
}

/// What a specification is called. One that is the operator's own is called what its key says.
pub(crate) fn specification(t: Words<'_>, key: &str) -> String {
    t.say_or(&format!("spec-{}", key.replace('_', "-")), &label(key))
}

/// A specification's value: numbers as the language writes them, units and words of the shipped catalogue translated.
pub(crate) fn value(t: Words<'_>, value: &SpecificationValue) -> String {
    match value {
        SpecificationValue::Number { number, unit } => {
            let text = t.decimal(&number.to_string());
            let key = format!("unit-{unit}");
            if !t.has(&key) {
                return format!("{text}\u{a0}{unit}").trim_end().to_owned();
            }
            // Half a slot is plural in both languages.
            let count = number.to_i64().filter(|_| number.is_integer()).unwrap_or(2);
            t.say(&key).with("count", count).with("number", text).to_string()
        }
        SpecificationValue::Flag(flag) => t.say(if *flag { "value-yes" } else { "value-no" }).to_string(),
        SpecificationValue::Text(text) => t.say_or(&format!("value-{}", slug(text)), text),
    }
}

/// A text as a part of a key: its letters and digits, hyphens between.
fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// What the shop says no to, in one sentence and what to do next.
pub(crate) fn refusal(t: Words<'_>, refusal: &Refusal) -> String {
    let key = match refusal {
        Refusal::NotPayable { state: OrderState::Paid } => "refusal-already-paid".to_owned(),
        other => format!("refusal-{}", other.code()),
    };
    if !t.has(&key) {
        // An operator's business, or a rule without words: the core's own are better than none.
        return refusal.to_string();
    }
    let said = t.say(&key);
    match refusal {
        Refusal::QuantityInvalid { max } => said.with("max", *max).to_string(),
        Refusal::CartFull { max } => said.with("max", *max).to_string(),
        Refusal::PriceChanged(change) => {
            said.with("expected", t.money(change.expected)).with("total", t.money(change.total)).to_string()
        }
        _ => said.to_string(),
    }
}

/// Why a discount code takes nothing off now.
pub(crate) fn discount(t: Words<'_>, problem: &DiscountProblem) -> String {
    match problem {
        DiscountProblem::Ended => t.say("discount-ended").to_string(),
        DiscountProblem::NotYetValid { from } => t.say("discount-not-yet").with("from", t.date(from)).to_string(),
        // It is over at that moment: what ends at midnight had its last day before.
        DiscountProblem::Expired { until } => {
            let last = until.minus(std::time::Duration::from_micros(1));
            t.say("discount-expired").with("until", t.date(last)).to_string()
        }
        DiscountProblem::UsedUp => t.say("discount-used-up").to_string(),
        DiscountProblem::UsedBefore => t.say("discount-used-before").to_string(),
        DiscountProblem::MinimumNotReached { minimum, missing } => {
            let said = t.say("discount-minimum").with("minimum", t.money(minimum));
            said.with("missing", t.money(missing)).to_string()
        }
        DiscountProblem::NothingEligible => t.say("discount-nothing-eligible").to_string(),
    }
}

/// What is wrong with a field. The list above a form tells several that are missing, so that each is named.
pub(crate) fn field(t: Words<'_>, field: Field, problem: FieldProblem) -> String {
    match problem {
        FieldProblem::Missing => {
            let label = match field {
                Field::Company => "checkout-company",
                Field::Name => "checkout-name",
                Field::Street => "checkout-street",
                Field::AddressLine2 => "checkout-address-line-2",
                Field::PostalCode => "checkout-postal-code",
                Field::City => "checkout-city",
                Field::Country => "checkout-country",
                Field::VatNumber => "checkout-vat-number",
                Field::Phone => "checkout-phone",
                Field::Email => "checkout-email",
                Field::Shipping | Field::ExpectedTotal => "checkout-shipping",
                Field::Note => "checkout-note",
                Field::Account => "checkout-account",
                Field::Pin => "checkout-pin",
            };
            t.say("field-missing").with("field", t.say(label).to_string()).to_string()
        }
        FieldProblem::TooLong { max_chars } => t.say("field-too-long").with("max", max_chars).to_string(),
        FieldProblem::NotText => t.say("field-not-text").to_string(),
        FieldProblem::UnknownChoice => t.say("field-unknown-choice").to_string(),
        FieldProblem::NotPlain => t.say("field-not-plain").to_string(),
        FieldProblem::NotACountry => t.say("field-not-a-country").to_string(),
        FieldProblem::NotShippedTo { country } => {
            t.say("field-not-shipped-to").with("country", country.name(t.language())).to_string()
        }
        FieldProblem::NotAPostalCode { country } => {
            let example = country.postal_example().unwrap_or_default();
            let said = t.say("field-not-a-postal-code").with("country", country.name(t.language()));
            said.with("example", example).to_string()
        }
        FieldProblem::NotAVatNumber => t.say("field-not-a-vat-number").to_string(),
        FieldProblem::NotAPhoneNumber => t.say("field-not-a-phone-number").to_string(),
        FieldProblem::NotAnEmail => t.say("field-not-an-email").to_string(),
        FieldProblem::NotAnAccountNumber => t.say("field-not-an-account-number").to_string(),
        FieldProblem::CheckDigits => t.say("field-check-digits").to_string(),
        FieldProblem::NotAPin => t.say("field-not-a-pin").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kit_core::Language;
    use shop_core::gateway::Code;

    use super::*;
    use crate::words::words;

    #[test]
    fn every_failure_has_words_of_its_own_and_says_that_nothing_was_charged() {
        let advices = [Advice::DoNotRetry, Advice::RetryWithNewPin, Advice::RetryLater, Advice::UseHostedApproval];
        let declined = |code: &str, advice| Failure::Declined { code: Code::new(code), advice };
        let not_asked = |code: &str| Failure::NotAsked { code: Code::new(code) };
        let failures: Vec<Failure> = DECLINES
            .map(|code| declined(code, Advice::DoNotRetry))
            .into_iter()
            .chain(advices.map(|advice| declined("a-new-one", advice)))
            .chain(["throttled", "not-sent", "unauthorized"].map(not_asked))
            .chain([Failure::TimedOut])
            .collect();
        for (language, charged) in
            [(Language::English, "Nothing was charged."), (Language::German, "Es wurde nichts abgebucht.")]
        {
            let t = words(language, kit_core::Calendar::UTC);
            let told: HashSet<String> = failures.iter().map(|of| failure(t, Some(of))).collect();
            assert_eq!(told.len(), failures.len(), "no two of them are told alike");
            for told in &told {
                assert!(told.contains(charged), "{told}");
            }
            // A decline without a code is still one.
            let (nameless, new) = (declined("", Advice::RetryLater), declined("x", Advice::RetryLater));
            assert_eq!(failure(t, Some(&nameless)), failure(t, Some(&new)));
        }
        assert_eq!(failure_code(Some(&declined("", Advice::RetryLater))), "declined");
    }
}
