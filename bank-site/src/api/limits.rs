//! The introduction of the specification: conventions, and every limit that a caller can meet.

use bank_core::rules::ladder;
use bank_core::{BankConfig, PIN_WAIT};
use kit_web::body::BODY_BYTES;

/// What the specification says before any operation. The figures are the code's own.
pub(super) fn introduction() -> String {
    let config = BankConfig::default();
    let hours = |duration: std::time::Duration| duration.as_secs() / 3_600;
    let minutes = |duration: std::time::Duration| duration.as_secs() / 60;
    format!(
        "Accounts, deposits, transfers and payments.\n\n\
         Amounts are decimal strings with a currency, such as `\"129.90\"` and `\"EUR\"`. Times are UTC in RFC 3339 with \
         six decimals; days, and the hours of a daily limit, are those of the bank's time zone, which statements name in \
         `time_zone`. Members without a value are left out of answers, never `null`. Errors are problem documents \
         (RFC 9457): branch on `code`. Unknown query parameters and unknown members of a body are refused.\n\n\
         Lists that may be long have pages: `limit` says how many items, and `next_cursor` of a page is the `cursor` of \
         the next one. The last page has none.\n\n\
         Idempotency keys are kept forever, and belong to the customer or merchant who used them. A key is used once the \
         ledger has decided its request: done or refused. A refusal by the ledger has the status 402, 404 \
         (`account-not-found`, `payment-not-found`), 409 or 422, or is `amount-too-large`; repeating the call tells it \
         again, marked `Idempotent-Replay: true`. Send the next attempt under a new key. Not decided, so that the key stays \
         unused, is a request that is not valid (400, 401, 403), throttled (429), in progress (409 `in-flight`), overloaded \
         (503), or a refund refused as `settlement-short`.\n\n\
         Limits, where the bank's operator has not chosen others: an authorization holds money for {hold} days, and a \
         payment waits {approval} minutes for its approval. A session lasts {session} hours, in a browser {idle} minutes \
         without use. After 3 wrong PINs in a row the next attempt waits 1 minute, after 4 it waits 5 minutes, and after \
         {pin} the PIN is blocked until the customer sets a new one; {all_pins} wrong PINs within {window} hours block it \
         everywhere. After 5 failed sign-ins each further one waits a minute, after 10 it waits 5. An e-mail address may \
         request {resets} password resets an hour, a client address {resets_a_place}. For {pin_wait} hours after a reset \
         a PIN is changed with the current PIN only. When more than {merchant} accounts fail at a merchant within an hour, \
         the merchant may not charge by PIN for an hour. A customer has at most {accounts} accounts and 100 payees. A \
         statement file holds at most 10,000 entries, a page at most 200 items, a body at most {body} KiB. A request must \
         arrive within 5 seconds and is answered within 10.",
        hold = hours(config.hold_length) / 24,
        approval = minutes(config.approval_length),
        session = hours(config.session_length),
        idle = minutes(config.session_idle),
        pin = ladder::TRIES,
        all_pins = ladder::ACCOUNT_TRIES,
        window = hours(ladder::WINDOW),
        resets = ladder::RESETS_AN_ADDRESS,
        resets_a_place = ladder::RESETS_A_PLACE,
        pin_wait = hours(PIN_WAIT),
        merchant = ladder::MERCHANT_ACCOUNTS,
        accounts = config.policy.accounts_per_customer,
        body = BODY_BYTES / 1024,
    )
}
