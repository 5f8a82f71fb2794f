//! The enumerations of the API: each a schema of its own, whose values are the core's.

use bank_core::model::Advice;
use bank_core::model::{CaptureMode, EventKind, PaymentState, SessionKind, TransferKind};
use bank_core::rules::export::csv::CsvFor;
use bank_core::rules::statement::Direction;
use kit_core::Language;

kit_web::names! {
    /// The language that a customer is written to in: English or German.
    pub(super) LanguageNames "Language" = Language: Language::ALL, Language::code;

    /// What a transfer was.
    pub(super) TransferKindNames "TransferKind" = TransferKind: TransferKind::ALL, TransferKind::name;

    /// Which way money went: into the account or out of it.
    pub(super) DirectionNames "Direction" = Direction: Direction::ALL, Direction::name;

    /// Who reads a CSV file: programs (commas, decimal points, every value as it is) or spreadsheets (a byte order
    /// mark, the separators of the customer's language, formulas made texts).
    pub(super) CsvForNames "CsvFor" = CsvFor: CsvFor::ALL, CsvFor::code;

    /// Who is on the other side of an entry: cash, a merchant, another account of the customer, somebody else's
    /// account, or nobody that the bank still knows.
    pub(super) CounterpartyKindNames "CounterpartyKind" = &'static str:
        ["cash", "merchant", "own-account", "account", "unknown"], |kind| kind;

    /// Whom a transfer goes to: an account of the customer, a payee that the customer saved, or any other account.
    pub(super) PayeeKindNames "PayeeKind" = &'static str: ["own-account", "saved-payee", "account-number"], |kind| kind;

    /// What happened to a customer's security.
    pub(super) EventKindNames "SecurityEventKind" = EventKind: EventKind::ALL, EventKind::name;

    /// How a session is carried: by a browser's cookie or by a token of the API.
    pub(super) SessionKindNames "SessionKind" = SessionKind: [SessionKind::Browser, SessionKind::Api], session_kind;

    /// The status of a payment.
    ///
    /// `requires-approval` waits for the account holder; `authorized` holds the amount; `captured` has taken money; the
    /// others have ended without taking any.
    pub(super) PaymentStatusNames "PaymentStatus" = PaymentState: PaymentState::ALL, PaymentState::name;

    /// When a payment's money is taken: `immediate` is a purchase, `manual` an authorization that a capture takes
    /// later.
    pub(super) CaptureModeNames "CaptureMode" = CaptureMode:
        [CaptureMode::Immediate, CaptureMode::Manual], CaptureMode::name;

    /// Why a payment was declined.
    pub(super) DeclineCodeNames "DeclineCode" = &'static str:
        [
            "account-closed",
            "account-frozen",
            "amount-too-large",
            "currency-mismatch",
            "incorrect-pin",
            "insufficient-funds",
            "pin-blocked",
            "use-hosted-approval",
        ],
        |code| code;

    /// What the payer can do about a decline.
    pub(super) AdviceNames "Advice" = Advice:
        [Advice::DoNotRetry, Advice::RetryWithNewPin, Advice::RetryLater, Advice::UseHostedApproval], Advice::name;
}

fn session_kind(kind: SessionKind) -> &'static str {
    match kind {
        SessionKind::Browser => "browser",
        SessionKind::Api => "api",
    }
}
