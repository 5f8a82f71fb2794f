//! Every code that the bank's API answers, what comes with it, and one problem of each as an example.

use std::time::Duration;

use bank_core::Refusal;
use bank_core::error::Flaw;
use bank_core::model::PaymentState;
use bank_core::rules::credentials::MAX_PASSWORD;
use bank_core::rules::decide::MAX_REFERENCE;
use kit_core::{AccountNumber, Currency, Day, Money};
use kit_web::Problem;
use kit_web::docs::ProblemDoc;
use kit_web::openapi::schema::{amount, at_most, count, currency, of, text};
use serde_json::{Value, json};

use super::{of_payment, of_refusal, outcome_unknown};

const fn doc(code: &'static str, statuses: &'static [u16], meaning: &'static str) -> ProblemDoc {
    ProblemDoc { code, statuses, meaning }
}

/// A rule of money: 402 to a merchant, 422 to everybody else.
const DECLINE: &[u16] = &[402, 422];

/// The bank's own codes; those of kit-web are added by the page.
pub(crate) const PROBLEMS: &[ProblemDoc] = &[
    doc("invalid-fields", &[400], "Some fields are not valid; `fields` lists each with a `code` and a `message`."),
    doc("amount-not-positive", &[400], "The amount must be more than zero."),
    doc("amount-too-large", &[400], "The amount, or the balance after it, is larger than the bank counts."),
    doc("same-account", &[400], "A transfer needs two different accounts."),
    doc("too-many-entries", &[400], "A statement file holds at most `limit` entries. Choose fewer days."),
    doc(
        "days-not-ended",
        &[400],
        "camt.053 covers days that have ended, up to `last_day` at present. Today is in the other formats: `formats`.",
    ),
    doc("pin-required", &[400], "This transfer needs the account's PIN. Send it under the same key."),
    doc("not-logged-in", &[401], "The token is not known or its session has ended. Sign in again."),
    doc("wrong-credentials", &[401], "Incorrect e-mail address or password."),
    doc("insufficient-funds", DECLINE, "Insufficient funds. Outside payments `shortfall` says how much is missing."),
    doc(
        "currency-mismatch",
        DECLINE,
        "The account is kept in another currency: outside payments `account_currency` says in which.",
    ),
    doc(
        "account-frozen",
        DECLINE,
        "The bank's operator froze the account. Outside payments `account_number` says which account.",
    ),
    doc("account-closed", DECLINE, "The account is closed. Outside payments `account_number` says which account."),
    doc(
        "incorrect-pin",
        DECLINE,
        "The PIN is wrong, or the account does not exist: the answer does not tell which. `tries_left` attempts are left.",
    ),
    doc("pin-blocked", DECLINE, "Too many wrong PINs. The customer sets a new PIN with the password."),
    doc("use-hosted-approval", &[402], "This merchant may not charge by PIN at present."),
    doc("voided", &[402], "The key was voided before the payment arrived. Nothing was charged."),
    doc(
        "settlement-short",
        &[402],
        "The merchant's account has too little money for this refund: `shortfall` is missing. Not kept under the key: try \
         again under the same one.",
    ),
    doc(
        "pin-after-reset",
        &[403],
        "The password was reset less than a day ago. Until then, changing the PIN needs the current PIN.",
    ),
    doc("wrong-password", &[403], "Incorrect password."),
    doc("deposits-by-operator-only", &[403], "At this bank only the operator makes deposits."),
    doc("account-not-found", &[404], "The customer has no such account."),
    doc("payment-not-found", &[404], "The merchant has no such payment."),
    doc("entry-not-found", &[404], "The account has no such entry."),
    doc("session-not-found", &[404], "The customer has no such session."),
    doc("saved-payee-not-found", &[404], "The customer has saved no such payee."),
    doc("reset-ended", &[404], "The token was used, has expired, or never existed. Request a new password reset."),
    doc("payee-saved-already", &[409], "The customer has already saved this account number, as `name`."),
    doc("too-many-payees", &[409], "The customer has saved as many payees as the bank keeps: `limit`."),
    doc("account-not-empty", &[409], "Only an account with a zero balance can be closed; `balance` is left."),
    doc("account-has-holds", &[409], "Merchants hold `held` on the account. It can be closed once they do not."),
    doc("email-taken", &[409], "A customer is registered with this e-mail address."),
    doc("too-many-accounts", &[409], "The customer has as many accounts as the bank allows: `limit`."),
    doc("in-flight", &[409], "A request with this idempotency key is in progress. Retry after `Retry-After` seconds."),
    doc("not-authorized", &[409], "The payment is still waiting for its approval."),
    doc("already-captured", &[409], "The payment was captured; refund it instead. `payment` is the payment."),
    doc("not-captured", &[409], "Nothing of the payment was captured."),
    doc("wrong-state", &[409], "The payment's status, `payment_status`, does not allow it."),
    doc("exceeds-remaining", &[409], "Only `remaining` is left of the authorization."),
    doc("exceeds-captured", &[409], "Only `refundable` can still be refunded."),
    doc("idempotency-key-reuse", &[422], "The key was used for a different request; `field` is the first difference."),
    doc("payee-not-found", &[422], "There is no account with that number to transfer to."),
    doc("daily-deposit-limit", &[422], "Above the daily limit for deposits by customers; `left` is left today."),
    doc("pin-throttled", &[429], "Too many wrong PINs. Wait before the next attempt; this one was not counted."),
    doc("login-throttled", &[429], "Too many failed sign-ins. Wait before the next one."),
    doc("reset-throttled", &[429], "Too many reset requests for this e-mail address, or from this client address."),
    doc("outcome-unknown", &[500], "It may or may not have happened. Repeat under the same key, or look it up."),
];

/// The codes of field errors.
pub(crate) const FIELD_CODES: &[&str] = &[
    "missing",
    "too-long",
    "not-plain-text",
    "not-an-email",
    "password-too-short",
    "password-guessable",
    "not-a-pin",
    "pin-repeats",
    "pin-counts",
    "pin-is-date",
    "pin-in-account-number",
    "not-an-amount",
    "too-many-decimals",
    "amount-too-large",
    "amount-not-positive",
    "not-a-currency",
    "currency-not-offered",
    "other-currency",
    "not-an-account-number",
    "check-digits",
    "own-account",
    "same-account",
    "pin-required",
    "not-a-language",
    "not-a-cursor",
    "range-reversed",
    "period-too-long",
    "not-a-day",
    "no-such-day",
    "not-a-time",
    "not-an-idempotency-key",
    "not-offered",
    "either-or",
];

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
    let account = AccountNumber::from_payload(2_400_000_001);
    let (money, wait) = (Money::new(500, Currency::EUR), Duration::from_secs(60));
    let of_anybody = [
        Refusal::field("email", Flaw::NotAnEmail),
        Refusal::AmountNotPositive,
        Refusal::AmountTooLarge,
        Refusal::SameAccount,
        Refusal::WrongCredentials,
        Refusal::WrongPassword,
        Refusal::NotLoggedIn,
        Refusal::UnknownApiKey,
        Refusal::DepositsByOperatorOnly,
        Refusal::AccountNotFound,
        Refusal::PayeeNotFound,
        Refusal::PaymentNotFound,
        Refusal::EntryNotFound,
        Refusal::TooManyEntries { limit: 10_000 },
        Refusal::DaysNotEnded { last_day: Day::from_number(20_778), formats: "camt.052, CSV, OFX, PDF" },
        Refusal::SessionNotFound,
        Refusal::SavedPayeeNotFound,
        Refusal::PayeeSavedAlready { name: "Rent".into() },
        Refusal::TooManyPayees { limit: 100 },
        Refusal::AccountNotEmpty { balance: money },
        Refusal::AccountHasHolds { held: money },
        Refusal::EmailTaken,
        Refusal::TooManyAccounts { limit: 10 },
        Refusal::KeyReused { field: "amount".into() },
        Refusal::InFlight,
        Refusal::DailyDepositLimit { left: money },
        Refusal::PinRequired,
        Refusal::PinThrottled { retry_after: wait },
        Refusal::LoginThrottled { retry_after: wait },
        Refusal::ResetThrottled { retry_after: wait },
        Refusal::PinAfterReset { retry_after: wait },
        Refusal::ResetEnded,
        Refusal::NotAuthorized,
        Refusal::AlreadyCaptured,
        Refusal::NotCaptured,
        Refusal::WrongState { state: PaymentState::Voided },
        Refusal::ExceedsRemaining { remaining: money },
        Refusal::ExceedsCaptured { refundable: money },
    ];
    let declines = [
        Refusal::InsufficientFunds { shortfall: money },
        Refusal::CurrencyMismatch { account: Currency::EUR },
        Refusal::AccountFrozen { account: Some(account) },
        Refusal::AccountClosed { account: Some(account) },
        Refusal::IncorrectPin { tries_left: 2 },
        Refusal::PinBlocked,
        Refusal::UseHostedApproval,
        Refusal::Voided,
        Refusal::SettlementShort { shortfall: money },
    ];
    let declined = declines.iter().map(|refusal| of_payment(refusal, None, false));
    let refused = of_anybody.iter().chain(&declines).map(of_refusal);
    declined.chain(refused).chain([outcome_unknown()]).collect()
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
            let of_merchants = row.statuses == [402];
            assert!(of_merchants || row.statuses.contains(&problem.status.as_u16()), "{}", problem.code);
        }
    }
}
