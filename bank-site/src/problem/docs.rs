//! Every code that the bank's API answers, what comes with it, and one problem of each as an example.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use bank_core::Refusal;
use bank_core::model::Flaw;
use bank_core::rules::credentials::MAX_PASSWORD;
use bank_core::rules::decide::MAX_REFERENCE;
use kit_web::Problem;
use kit_web::docs::ProblemDoc;
use kit_web::openapi::schema::{amount, at_most, count, currency, of, text};
use serde_json::{Value, json};

use super::{field_of, of_payment, of_refusal, outcome_unknown};
use crate::api::refusals::REFUSALS;

/// The bank's own codes, each with the statuses by which its operations answer it; those of kit-web are added by the
/// page.
pub(crate) static PROBLEMS: LazyLock<Vec<ProblemDoc>> = LazyLock::new(|| {
    let rows = Refusal::samples().into_iter().zip(Refusal::ROWS);
    let documented = rows.filter(|(_, row)| !row.meaning.is_empty());
    let unknown = "It may or may not have happened. Repeat under the same key, or look it up.";
    documented
        .map(|(refusal, row)| (row.code, statuses(&refusal), row.meaning))
        .chain([("outcome-unknown", vec![500], unknown)])
        .map(|(code, statuses, meaning)| ProblemDoc { code, statuses: statuses.into(), meaning })
        .collect()
});

/// The statuses by which operations answer it. What is said of credentials is in no operation's own list.
fn statuses(refusal: &Refusal) -> Vec<u16> {
    let answers = REFUSALS.iter().flat_map(|operation| operation.answers);
    let named = answers.filter(|(_, codes)| codes.contains(&refusal.code())).map(|(status, _)| *status);
    let statuses: BTreeSet<u16> = named.collect();
    if statuses.is_empty() { vec![of_refusal(refusal).status.as_u16()] } else { statuses.into_iter().collect() }
}

/// The codes of field errors: what is wrong with a field, and the refusals that are about a single one.
pub(crate) static FIELD_CODES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let of_fields = Flaw::ROWS.iter().map(|row| row.code);
    let of_single = Refusal::samples().into_iter().filter(|refusal| field_of(refusal).is_some());
    of_fields.chain(of_single.map(|refusal| refusal.code())).collect()
});

/// The extension members of problems: the facts of the codes.
pub(crate) fn members() -> Value {
    json!({
        "advice": of("Advice", "What the payer can do about a decline."),
        "payment": of("Payment", "The payment that was declined, or that the call was about."),
        "payment_status": of("PaymentStatus", "The payment's status."),
        "tries_left": count("How many attempts are left before the PIN is blocked."),
        "limit": count("How many there may be."),
        "last_day": text("The last day that has ended."),
        "formats": text("The formats that have today in them, separated by commas."),
        "name": text("The name under which the payee is saved."),
        "shortfall": amount("How much is missing."),
        "left": amount("How much may still be deposited today."),
        "balance": amount("The account's balance."),
        "held": amount("The sum of the account's holds."),
        "remaining": amount("How much may still be captured."),
        "refundable": amount("How much may still be refunded."),
        "currency": currency("The currency of the amount."),
        "account_currency": currency("The currency of the account."),
        "account_number": text("The number of the account that is frozen or closed."),
    })
}

/// What the types of the API cannot say.
pub(crate) fn schemas() -> Value {
    let new_password = json!({ "properties": { "new_password": at_most(MAX_PASSWORD) } });
    let reference = json!({ "properties": { "reference": at_most(MAX_REFERENCE) } });
    let short_name = json!({ "properties": { "name": at_most(40) } });
    json!({
        "NewCustomer": {
            "properties": { "name": at_most(100), "email": at_most(254), "password": at_most(MAX_PASSWORD) },
        },
        "ProfileChange": { "properties": { "name": at_most(100) } },
        "NewAccount": short_name,
        "AccountChange": short_name,
        "NewPayee": short_name,
        "PayeeChange": short_name,
        "PasswordChange": new_password,
        "PasswordReset": new_password,
        "NewTransfer": reference,
        "TransferDraft": reference,
        "NewPayment": reference,
    })
}

/// The members of field errors: the facts of their codes.
pub(crate) fn field_members() -> Value {
    json!({
        "max_chars": count("The most characters that fit."),
        "min_chars": count("The fewest characters that are taken."),
        "allowed": count("How many decimals the currency has."),
        "payment_currency": currency("The currency of the payment."),
        "years": count("The longest period, in years."),
        "offered": text("The values that are taken, separated by commas."),
        "parameter": text("The member of the page before that holds the cursor."),
        "one": text("One of the two fields of which one is needed."),
        "other": text("The other one."),
    })
}

/// A problem of every code and status: the examples of the specification.
pub(crate) fn samples() -> Vec<Problem> {
    let refusals = Refusal::samples();
    let declines = refusals.iter().filter(|refusal| statuses(refusal).contains(&402));
    let declined = declines.map(|refusal| of_payment(refusal, None, false));
    declined.chain(refusals.iter().map(of_refusal)).chain([outcome_unknown()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_documented_with_its_status() {
        for problem in samples() {
            let row = PROBLEMS.iter().chain(kit_web::docs::KIT_PROBLEMS).find(|row| row.code == problem.code);
            let row = row.unwrap_or_else(|| panic!("{} is not documented", problem.code));
            // Two codes are only ever a merchant's, and their plain form is answered nowhere.
            let of_merchants = *row.statuses == [402];
            assert!(of_merchants || row.statuses.contains(&problem.status.as_u16()), "{}", problem.code);
        }
    }
}
