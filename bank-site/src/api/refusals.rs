//! Why each operation may be refused: by status, the codes of its problems. What an operation's shape says already is
//! not repeated: credentials, a body, a key, overload. Every test holds every answer against this.

use kit_web::openapi::Refusals;

const fn of(operation: &'static str, answers: &'static [(u16, &'static [&'static str])]) -> Refusals {
    Refusals { operation, answers }
}

/// Nobody knows what became of a write that failed half-way.
const WRITE: (u16, &[&str]) = (500, &["outcome-unknown"]);
const FIELDS: (u16, &[&str]) = (400, &["invalid-fields"]);
const MOVEMENT: (u16, &[&str]) = (400, &["invalid-fields", "amount-not-positive", "amount-too-large"]);
const ACCOUNT: (u16, &[&str]) = (404, &["account-not-found"]);
const PAYEE: (u16, &[&str]) = (404, &["saved-payee-not-found"]);
const PAYMENT: (u16, &[&str]) = (404, &["payment-not-found"]);
const PIN: (u16, &[&str]) = (422, &["incorrect-pin", "pin-blocked"]);
const PIN_PAUSE: (u16, &[&str]) = (429, &["pin-throttled"]);
const PROOF_PAUSE: (u16, &[&str]) = (429, &["pin-throttled", "login-throttled"]);
const IN_FLIGHT: (u16, &[&str]) = (409, &["in-flight"]);
const REUSE: (u16, &[&str]) = (422, &["idempotency-key-reuse"]);
const FINAL_DOCUMENT: (u16, &[&str]) = (400, &["invalid-fields", "too-many-entries", "days-not-ended"]);
const DOCUMENT: (u16, &[&str]) = (400, &["invalid-fields", "too-many-entries"]);

/// One row an operation.
pub(crate) const REFUSALS: &[Refusals] = &[
    of("registerCustomer", &[FIELDS, (409, &["email-taken"]), WRITE]),
    of("changeProfile", &[FIELDS, WRITE]),
    of("changePassword", &[FIELDS, (403, &["wrong-password"]), (429, &["login-throttled"]), WRITE]),
    of("getDashboard", &[(400, &["amount-too-large"])]),
    of("listSecurityEvents", &[FIELDS]),
    of("requestPasswordReset", &[FIELDS, (429, &["reset-throttled"]), WRITE]),
    of("resetPassword", &[FIELDS, (404, &["reset-ended"]), WRITE]),
    of("logIn", &[(401, &["wrong-credentials"]), (429, &["login-throttled"]), WRITE]),
    of("logOut", &[WRITE]),
    of("getSession", &[(404, &["session-not-found"])]),
    of("endSession", &[(404, &["session-not-found"]), WRITE]),
    of("openAccount", &[FIELDS, (409, &["too-many-accounts"]), WRITE]),
    of("getAccount", &[FIELDS, ACCOUNT]),
    of("renameAccount", &[FIELDS, ACCOUNT, WRITE]),
    of(
        "closeAccount",
        &[
            FIELDS,
            (403, &["wrong-password"]),
            ACCOUNT,
            (409, &["account-not-empty", "account-has-holds"]),
            PIN,
            (422, &["account-frozen"]),
            PROOF_PAUSE,
            WRITE,
        ],
    ),
    of("changePin", &[FIELDS, (403, &["wrong-password", "pin-after-reset"]), ACCOUNT, PIN, PROOF_PAUSE, WRITE]),
    of("listEntries", &[FIELDS, ACCOUNT]),
    of("getEntry", &[FIELDS, (404, &["account-not-found", "entry-not-found"])]),
    of("listBalances", &[FIELDS, ACCOUNT]),
    of("listSpending", &[FIELDS, ACCOUNT]),
    of("downloadCsv", &[DOCUMENT, ACCOUNT]),
    of("downloadOfx", &[DOCUMENT, ACCOUNT]),
    of("downloadCamt053", &[FINAL_DOCUMENT, ACCOUNT]),
    of("downloadCamt052", &[DOCUMENT, ACCOUNT]),
    of("downloadPdf", &[DOCUMENT, ACCOUNT]),
    of(
        "deposit",
        &[
            MOVEMENT,
            (403, &["deposits-by-operator-only"]),
            ACCOUNT,
            REUSE,
            (422, &["account-closed", "currency-mismatch", "daily-deposit-limit"]),
            WRITE,
        ],
    ),
    of(
        "withdraw",
        &[
            MOVEMENT,
            ACCOUNT,
            IN_FLIGHT,
            REUSE,
            PIN,
            (422, &["account-closed", "account-frozen", "currency-mismatch", "insufficient-funds"]),
            PIN_PAUSE,
            WRITE,
        ],
    ),
    of(
        "transfer",
        &[
            MOVEMENT,
            (400, &["pin-required", "same-account"]),
            ACCOUNT,
            PAYEE,
            IN_FLIGHT,
            REUSE,
            PIN,
            (422, &["account-closed", "account-frozen", "currency-mismatch", "insufficient-funds", "payee-not-found"]),
            PIN_PAUSE,
            WRITE,
        ],
    ),
    of("previewTransfer", &[(400, &["amount-not-positive", "invalid-fields", "same-account"]), ACCOUNT, PAYEE]),
    of("savePayee", &[FIELDS, (409, &["payee-saved-already", "too-many-payees"]), WRITE]),
    of("getPayee", &[PAYEE]),
    of("renamePayee", &[FIELDS, PAYEE, WRITE]),
    of("removePayee", &[PAYEE, WRITE]),
    of(
        "createPayment",
        &[
            MOVEMENT,
            (
                402,
                &[
                    "account-closed",
                    "account-frozen",
                    "currency-mismatch",
                    "incorrect-pin",
                    "insufficient-funds",
                    "pin-blocked",
                    "use-hosted-approval",
                    "voided",
                ],
            ),
            IN_FLIGHT,
            REUSE,
            PIN_PAUSE,
            WRITE,
        ],
    ),
    of("getPayment", &[PAYMENT]),
    of("listPayments", &[FIELDS]),
    of(
        "capturePayment",
        &[
            MOVEMENT,
            (402, &["voided"]),
            PAYMENT,
            (409, &["already-captured", "exceeds-remaining", "not-authorized", "wrong-state"]),
            REUSE,
            WRITE,
        ],
    ),
    of("voidPayment", &[PAYMENT, (409, &["already-captured"]), WRITE]),
    of("voidPaymentByKey", &[FIELDS, PAYMENT, (409, &["already-captured"]), WRITE]),
    of(
        "refundPayment",
        &[
            MOVEMENT,
            (402, &["account-closed", "settlement-short", "voided"]),
            PAYMENT,
            (409, &["exceeds-captured", "not-captured"]),
            REUSE,
            WRITE,
        ],
    ),
];
