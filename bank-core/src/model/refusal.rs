//! Why the bank says no: one table, from which all else follows. A new row needs words in the site's languages, and
//! its code in the list of each operation that answers it.

use std::time::Duration;

use kit_core::{AccountNumber, Currency, Day, Money};

use super::{FieldProblem, Flaw, PaymentState};

kit_core::refusals! {
    /// Why a rule said no: one variant a rule, its fields the facts a caller can act on.
    #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
    pub enum Refusal advises Advice {
        /// One or more fields cannot be taken.
        InvalidFields {
            /// Each of them, in the order of the form.
            fields: Vec<FieldProblem>,
        } = "invalid-fields": Invalid,
            says("{}", fields.first().map_or_else(|| "Please check what you entered.".to_owned(), ToString::to_string)),
            means("Some fields are not valid; `fields` lists each with a `code` and a `message`.");
        /// Zero or less.
        AmountNotPositive = "amount-not-positive": Invalid,
            says("The amount must be more than zero."),
            means("The amount must be more than zero.");
        /// Above what one movement may be, or a balance would leave the range that is counted exactly.
        AmountTooLarge = "amount-too-large": Invalid,
            says("The amount is too large."),
            means("The amount, or the balance after it, is larger than the bank counts."),
            advice(DoNotRetry);
        /// A transfer from an account to itself.
        SameAccount = "same-account": Invalid,
            says("The two accounts are the same; choose another one to transfer to."),
            means("A transfer needs two different accounts.");
        /// E-mail and password do not belong together.
        WrongCredentials = "wrong-credentials": Unauthenticated,
            says("The e-mail address or the password is not right."),
            means("Incorrect e-mail address or password.");
        /// The present password, asked for again, is not right.
        WrongPassword = "wrong-password": Forbidden,
            says("Your current password is not right."),
            means("Incorrect password.");
        /// No session, or one that has ended.
        NotLoggedIn = "not-logged-in": Unauthenticated,
            says("Please log in."),
            means("The token is not known or its session has ended. Sign in again.");
        /// No merchant has this API key.
        UnknownApiKey = "unauthenticated": Unauthenticated,
            says("This API key is not known.");
        /// This bank takes deposits only through its operator.
        DepositsByOperatorOnly = "deposits-by-operator-only": Forbidden,
            says("Deposits are made by the bank's operator here."),
            means("At this bank only the operator makes deposits.");
        /// No such account, or not the caller's.
        AccountNotFound = "account-not-found": NotFound,
            says("There is no such account among yours."),
            means("The customer has no such account.");
        /// No such account to pay to.
        PayeeNotFound = "payee-not-found": Refused,
            says("There is no account with that number to transfer to."),
            means("There is no account with that number to transfer to.");
        /// No such payment of this merchant.
        PaymentNotFound = "payment-not-found": NotFound,
            says("There is no such payment."),
            means("The merchant has no such payment.");
        /// No such entry of this account.
        EntryNotFound = "entry-not-found": NotFound,
            says("There is no such entry in this account."),
            means("The account has no such entry.");
        /// A statement to take away has an end, and is never cut short.
        TooManyEntries {
            /// How many one statement may have.
            limit: usize = 10_000,
        } = "too-many-entries": Invalid,
            says("That would be more than {limit} entries; choose a shorter time and take the rest separately."),
            means("A statement file holds at most `limit` entries. Choose fewer days.");
        /// A statement that is final covers days that have ended.
        DaysNotEnded {
            /// The last day that has ended.
            last_day: Day,
            /// The formats that have today in them, separated by commas.
            formats: String = "camt.052, CSV, OFX, PDF".to_owned(),
        } = "days-not-ended": Invalid,
            says("camt.053 covers days that have ended, up to {last_day} at present. Today is in {formats}."),
            means(
                "camt.053 covers days that have ended, up to `last_day` at present. Today is in the other formats: \
                 `formats`."
            );
        /// No such session of this customer.
        SessionNotFound = "session-not-found": NotFound,
            says("There is no such session."),
            means("The customer has no such session.");
        /// Someone has registered with this e-mail address.
        EmailTaken = "email-taken": Conflict,
            says("This e-mail address is registered already; log in instead."),
            means("A customer is registered with this e-mail address.");
        /// A customer has as many accounts as this bank allows.
        TooManyAccounts {
            /// How many are allowed.
            limit: usize = 10,
        } = "too-many-accounts": Conflict,
            says("You have {limit} accounts already, which is as many as this bank allows."),
            means("The customer has as many accounts as the bank allows: `limit`.");
        /// No such payee among those that the customer saved.
        SavedPayeeNotFound = "saved-payee-not-found": NotFound,
            says("You have not saved such a payee."),
            means("The customer has saved no such payee.");
        /// The customer saved this account number before.
        PayeeSavedAlready {
            /// Under which name.
            name: String = "Rent".to_owned(),
        } = "payee-saved-already": Conflict,
            says("You have saved this account number already, as {name}."),
            means("The customer has already saved this account number, as `name`.");
        /// A customer has saved as many payees as this bank keeps.
        TooManyPayees {
            /// How many are kept.
            limit: usize = 100,
        } = "too-many-payees": Conflict,
            says("You have {limit} payees already, which is as many as this bank keeps; remove one first."),
            means("The customer has saved as many payees as the bank keeps: `limit`.");
        /// Only an empty account is closed.
        AccountNotEmpty {
            /// What is in it.
            balance: Money,
        } = "account-not-empty": Conflict,
            says("There are still {balance} in this account; transfer or withdraw them, then close it."),
            means("Only an account with a zero balance can be closed; `balance` is left.");
        /// Only an account on which nothing is reserved is closed.
        AccountHasHolds {
            /// How much is reserved.
            held: Money,
        } = "account-has-holds": Conflict,
            says("{held} are reserved on this account; once they are charged or released, it can be closed."),
            means("Merchants hold `held` on the account. It can be closed once they do not.");
        /// The same idempotency key came with other facts before.
        KeyReused {
            /// The first fact that differs.
            field: String,
        } = "idempotency-key-reuse": Conflict,
            says("This idempotency key was used for something else before; use a new key."),
            means("The key was used for a different request; `field` is the first difference.");
        /// The same call is being worked on at this moment.
        InFlight = "in-flight": Conflict,
            says("This very call is being worked on; ask again shortly."),
            means("A request with this idempotency key is in progress. Retry after `Retry-After` seconds.");
        /// The account has less available than that.
        InsufficientFunds {
            /// How much is missing.
            shortfall: Money,
        } = "insufficient-funds": Refused,
            says("There is not enough money in the account: {shortfall} are missing."),
            means("Insufficient funds. Outside payments `shortfall` says how much is missing."),
            advice(RetryLater);
        /// Self-service deposits are limited a day.
        DailyDepositLimit {
            /// How much may still be deposited today.
            left: Money,
        } = "daily-deposit-limit": Refused,
            says("That is above today's limit for deposits; {left} are left today."),
            means("Above the daily limit for deposits by customers; `left` is left today.");
        /// The account takes another currency.
        CurrencyMismatch {
            /// The account's currency.
            account: Currency ["account_currency"],
        } = "currency-mismatch": Refused,
            says("The account is kept in {account}; this amount is in another currency."),
            means("The account is kept in another currency: outside payments `account_currency` says in which."),
            advice(DoNotRetry);
        /// The operator froze the account: money may come in, not leave.
        AccountFrozen {
            /// Which; `None` in what was recorded before this was kept.
            account: Option<AccountNumber> ["account_number"],
        } = "account-frozen": Refused,
            says("The account{} is frozen; please contact the bank.", named(*account)),
            means("The bank's operator froze the account. Outside payments `account_number` says which account."),
            advice(DoNotRetry);
        /// The account is closed.
        AccountClosed {
            /// Which; `None` in what was recorded before this was kept.
            account: Option<AccountNumber> ["account_number"],
        } = "account-closed": Refused,
            says("The account{} is closed.", named(*account)),
            means("The account is closed. Outside payments `account_number` says which account."),
            advice(DoNotRetry);
        /// This movement asks for the account's PIN.
        PinRequired = "pin-required": Invalid,
            says("Please enter the account's PIN."),
            means("This transfer needs the account's PIN. Send it under the same key.");
        /// Wrong PIN, or (told in the same way) no such account.
        IncorrectPin {
            /// Tries before PIN payments are blocked for the account.
            tries_left: u32,
        } = "incorrect-pin": Refused,
            says("The account number or PIN is not right; {tries_left} tries are left."),
            means(
                "The PIN is wrong, or the account does not exist: the answer does not tell which. `tries_left` attempts \
                 are left."
            ),
            advice(RetryWithNewPin);
        /// Too many wrong PINs: blocked until the customer resets it.
        PinBlocked = "pin-blocked": Refused,
            says("PIN use is blocked for this account after too many wrong tries. Log in at the bank to unblock it."),
            means("Too many wrong PINs. The customer sets a new PIN with the password."),
            advice(UseHostedApproval);
        /// This merchant may not charge by PIN at present.
        UseHostedApproval = "use-hosted-approval": Refused,
            says("Paying by PIN is not possible here at present; confirm at the bank instead."),
            means("This merchant may not charge by PIN at present."),
            advice(UseHostedApproval);
        /// Wait before the next PIN.
        PinThrottled {
            /// How long to wait.
            retry_after: Duration ["retry_after_seconds"],
        } = "pin-throttled": Throttled,
            says("Too many wrong PINs. Please wait {} s before trying again.", retry_after.as_secs()),
            means("Too many wrong PINs. Wait before the next attempt; this one was not counted.");
        /// Wait before the next log-in.
        LoginThrottled {
            /// How long to wait.
            retry_after: Duration ["retry_after_seconds"],
        } = "login-throttled": Throttled,
            says("Too many failed log-ins. Please wait {} s before trying again.", retry_after.as_secs()),
            means("Too many failed sign-ins. Wait before the next one.");
        /// Wait before the next request for a new password.
        ResetThrottled {
            /// How long to wait.
            retry_after: Duration ["retry_after_seconds"],
        } = "reset-throttled": Throttled,
            says(
                "That was asked for several times already. Please wait {} s, or use the mail that came last.",
                retry_after.as_secs()
            ),
            means("Too many reset requests for this e-mail address, or from this client address.");
        /// The password was set by mail a short while ago: it alone does not change a PIN yet.
        PinAfterReset {
            /// How long until the password suffices again.
            retry_after: Duration ["retry_after_seconds"],
        } = "pin-after-reset": Forbidden,
            says(
                "The password was set by mail a short while ago. Until it is a day old, changing the PIN needs the \
                 present PIN."
            ),
            means("The password was reset less than a day ago. Until then, changing the PIN needs the current PIN.");
        /// The link to a new password was used, has ended, or never was one.
        ResetEnded = "reset-ended": NotFound,
            says("This link was used already or has ended; please ask for a new one."),
            means("The token was used, has expired, or never existed. Request a new password reset.");
        /// The key was voided before a payment arrived under it.
        Voided = "voided": Refused,
            says("This payment was voided before it arrived; nothing was charged."),
            means("The key was voided before the payment arrived. Nothing was charged."),
            advice(DoNotRetry);
        /// The payment waits for its holder's approval.
        NotAuthorized = "not-authorized": Conflict,
            says("This payment has not been authorized yet."),
            means("The payment is still waiting for its approval.");
        /// The payment was captured already.
        AlreadyCaptured = "already-captured": Conflict,
            says("This payment has been captured already."),
            means("The payment was captured; refund it instead. `payment` is the payment.");
        /// Nothing of the payment was captured, so nothing can be given back.
        NotCaptured = "not-captured": Conflict,
            says("Nothing was captured of this payment."),
            means("Nothing of the payment was captured.");
        /// The payment's state does not allow it.
        WrongState {
            /// Its state.
            state: PaymentState ["payment_status", "state"],
        } = "wrong-state": Conflict,
            says("This payment is {}; that is not possible any more.", state.name()),
            means("The payment's status, `payment_status`, does not allow it.");
        /// More than what is left of the authorization.
        ExceedsRemaining {
            /// What may still be captured.
            remaining: Money,
        } = "exceeds-remaining": Conflict,
            says("Only {remaining} are left of this authorization."),
            means("Only `remaining` is left of the authorization.");
        /// More than what was captured and not yet refunded.
        ExceedsCaptured {
            /// What may still be refunded.
            refundable: Money,
        } = "exceeds-captured": Conflict,
            says("Only {refundable} of this payment can still be refunded."),
            means("Only `refundable` can still be refunded.");
        /// The merchant's own account has less than the refund.
        SettlementShort {
            /// How much is missing.
            shortfall: Money,
        } = "settlement-short": Refused,
            says("The merchant's account has not enough money for this refund; {shortfall} are missing."),
            means(
                "The merchant's account has too little money for this refund: `shortfall` is missing. Not kept under \
                 the key: try again under the same one."
            );
    }
}

impl Refusal {
    /// A refusal about one field.
    pub fn field(field: &'static str, flaw: impl Into<Flaw>) -> Self {
        Self::InvalidFields { fields: vec![FieldProblem { field, flaw: flaw.into() }] }
    }
}

fn named(account: Option<AccountNumber>) -> String {
    account.map(|number| format!(" {number}")).unwrap_or_default()
}

/// What a payer can do about a decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    /// Trying again will not help.
    DoNotRetry,
    /// The PIN was wrong: try again with the right one, under a new key.
    RetryWithNewPin,
    /// Try again later, or after a deposit.
    RetryLater,
    /// Confirm on the bank's own page instead.
    UseHostedApproval,
}

impl Advice {
    /// The stable slug.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DoNotRetry => "do-not-retry",
            Self::RetryWithNewPin => "retry-with-new-pin",
            Self::RetryLater => "retry-later",
            Self::UseHostedApproval => "use-hosted-approval",
        }
    }
}
