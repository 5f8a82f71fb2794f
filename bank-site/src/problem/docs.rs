//! Every code that the bank's API answers, for the documentation page.

use kit_web::docs::ProblemDoc;

const fn doc(code: &'static str, status: u16, meaning: &'static str) -> ProblemDoc {
    ProblemDoc { code, status, meaning }
}

/// The bank's own codes; those of kit-web are added by the page.
pub(crate) const PROBLEMS: &[ProblemDoc] = &[
    doc("invalid-fields", 400, "Some fields are not valid; `fields` lists each with a `code` and a message."),
    doc("idempotency-key-required", 400, "A call that moves money came without the header `Idempotency-Key`."),
    doc("invalid-idempotency-key", 400, "A key has 8 to 64 visible ASCII characters and no braces."),
    doc("amount-not-positive", 400, "The amount must be more than zero."),
    doc("amount-too-large", 400, "The amount, or the balance it leads to, is larger than the bank counts."),
    doc("same-account", 400, "A transfer needs two different accounts."),
    doc("too-many-entries", 400, "A statement to take away holds `limit` entries at most; choose fewer days."),
    doc("pin-required", 400, "This movement asks for the account's PIN; send it under the same key."),
    doc("not-logged-in", 401, "The token is not known or its session has ended. Log in again."),
    doc("wrong-credentials", 401, "E-mail address and password do not belong together."),
    doc("insufficient-funds", 402, "Less is available than that. 402 on a payment, otherwise 422 with `shortfall`."),
    doc("currency-mismatch", 402, "The account is kept in `account_currency`. 402 on a payment, otherwise 422."),
    doc("account-frozen", 402, "The operator froze the account. 402 on a payment, otherwise 422."),
    doc("account-closed", 402, "The account is closed. 402 on a payment or a refund, otherwise 422."),
    doc(
        "incorrect-pin",
        402,
        "The PIN is wrong, or the account does not exist: nobody is told which. `tries_left` are left. 402 on a \
         payment, otherwise 422.",
    ),
    doc(
        "pin-blocked",
        402,
        "Too many wrong PINs; the customer sets a new one with the password. 402 on a payment, otherwise 422.",
    ),
    doc("use-hosted-approval", 402, "This merchant may not charge by PIN at present."),
    doc("voided", 402, "The key was voided before the payment arrived; nothing was charged."),
    doc(
        "settlement-short",
        402,
        "The merchant's account has not enough for this refund; try again under the same key.",
    ),
    doc(
        "pin-after-reset",
        403,
        "The password was set by mail less than a day ago: changing the PIN needs the present PIN.",
    ),
    doc("wrong-password", 403, "The current password is not right."),
    doc("deposits-by-operator-only", 403, "This bank takes deposits only through its operator."),
    doc("account-not-found", 404, "There is no such account among the customer's."),
    doc("payment-not-found", 404, "The merchant has no such payment."),
    doc("entry-not-found", 404, "There is no such entry in the account."),
    doc("session-not-found", 404, "The customer has no such session."),
    doc("saved-payee-not-found", 404, "The customer has saved no such payee."),
    doc("payee-saved-already", 409, "The customer saved this account number before, as `name`."),
    doc("too-many-payees", 409, "The customer has saved as many payees as the bank keeps: `limit`."),
    doc("account-not-empty", 409, "Only an empty account is closed; `balance` is still in it."),
    doc("account-has-holds", 409, "Merchants still reserve `held` on the account; it is closed once they do not."),
    doc("reset-ended", 404, "The token of a mail was used, has ended, or never was one. Ask for a new one."),
    doc("email-taken", 409, "Someone has registered with this e-mail address."),
    doc("too-many-accounts", 409, "The customer has as many accounts as the bank allows."),
    doc("in-flight", 409, "This very call is being worked on; ask again shortly under the same key."),
    doc("not-authorized", 409, "The payment still waits for its approval."),
    doc("already-captured", 409, "The payment was captured; refund it instead. `payment` is the payment."),
    doc("not-captured", 409, "Nothing of the payment was captured."),
    doc("wrong-state", 409, "The payment's `status` does not allow it."),
    doc("exceeds-remaining", 409, "Only `remaining` is left of the authorization."),
    doc("exceeds-captured", 409, "Only `refundable` can still be refunded."),
    doc("idempotency-key-reuse", 422, "The key came with other facts before; `field` is the first that differs."),
    doc("payee-not-found", 422, "There is no account with that number to transfer to."),
    doc("daily-deposit-limit", 422, "Deposits by customers are limited a day; `left` is left today."),
    doc("pin-throttled", 429, "Wait before trying a PIN again; the try was not counted."),
    doc("login-throttled", 429, "Wait before logging in again."),
    doc("reset-throttled", 429, "Wait before asking for a new password again: for this address, or from here."),
    doc("outcome-unknown", 500, "It may or may not have happened. Repeat under the same key, or look up."),
];

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bank_core::Refusal;
    use bank_core::model::PaymentState;
    use kit_core::{Currency, Money};

    use super::*;
    use crate::problem;

    #[test]
    fn every_refusal_is_documented_with_its_status() {
        let (money, wait) = (Money::new(1, Currency::EUR), Duration::from_secs(60));
        let of_customers = [
            Refusal::field("name", bank_core::error::Flaw::Missing),
            Refusal::AmountNotPositive,
            Refusal::AmountTooLarge,
            Refusal::SameAccount,
            Refusal::WrongCredentials,
            Refusal::WrongPassword,
            Refusal::NotLoggedIn,
            Refusal::DepositsByOperatorOnly,
            Refusal::AccountNotFound,
            Refusal::PayeeNotFound,
            Refusal::PaymentNotFound,
            Refusal::EntryNotFound,
            Refusal::TooManyEntries { limit: 1 },
            Refusal::SessionNotFound,
            Refusal::SavedPayeeNotFound,
            Refusal::PayeeSavedAlready { name: "Rent".into() },
            Refusal::TooManyPayees { limit: 100 },
            Refusal::AccountNotEmpty { balance: money },
            Refusal::AccountHasHolds { held: money },
            Refusal::EmailTaken,
            Refusal::TooManyAccounts { limit: 1 },
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
            Refusal::AccountFrozen,
            Refusal::AccountClosed,
            Refusal::IncorrectPin { tries_left: 2 },
            Refusal::PinBlocked,
            Refusal::UseHostedApproval,
            Refusal::Voided,
            Refusal::SettlementShort { shortfall: money },
        ];
        let problems = of_customers.iter().map(problem::of_refusal);
        let declined = declines.iter().map(|refusal| problem::of_payment(refusal, None, false));
        for problem in problems.chain(declined) {
            let row = PROBLEMS.iter().find(|row| row.code == problem.code);
            assert_eq!(row.map(|row| row.status), Some(problem.status.as_u16()), "{}", problem.code);
        }
    }
}
