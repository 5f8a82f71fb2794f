//! A payment's life: every cell of the table, then approvals and declines.

mod keys;
mod list;

use bank_core::model::{CaptureMode, MerchantId, Payment, PaymentId, PaymentState};
use bank_core::testing::pin;
use bank_core::{PaymentRequest, Refusal};
use kit_core::{AccountNumber, MAX_MINOR, Money};

use crate::support::{DAY, MINUTE, PIN, Paid, Person, WRONG, World, eur, key, paid, told, usd};

/// What Ada has before she pays anything.
const FUNDS: i64 = 1_000;
/// What each payment is about.
const AMOUNT: i64 = 100;

struct Shop {
    w: World,
    ada: Person,
    shop: MerchantId,
}

fn shop() -> Shop {
    shop_in(World::new())
}

fn shop_in(w: World) -> Shop {
    let (ada, shop) = (w.person("Ada", FUNDS), w.merchant("Shop"));
    Shop { w, ada, shop }
}

impl Shop {
    fn pay(&self, name: &str, minor: i64, capture: CaptureMode) -> Paid {
        self.w.charge(self.shop, name, self.ada.account, minor, PIN, capture)
    }

    fn ask(&self, name: &str, capture: CaptureMode) -> PaymentId {
        let asked = self.w.bank.request_approval(self.shop, &key(name), eur(AMOUNT), capture, "order");
        asked.expect("asks for approval").payment.id
    }

    fn ask_again(&self, name: &str) -> Paid {
        self.w.bank.request_approval(self.shop, &key(name), eur(AMOUNT), CaptureMode::Manual, "order")
    }

    fn approve(&self, id: PaymentId, digits: &str) -> Paid {
        self.w.bank.approve_payment(self.ada.id, id, self.ada.account, &pin(digits))
    }

    fn capture(&self, name: &str, id: PaymentId, amount: Option<Money>, last: bool) -> Paid {
        self.w.bank.capture_payment(self.shop, &key(name), id, amount, last)
    }

    fn refund(&self, name: &str, id: PaymentId, minor: i64) -> Paid {
        self.w.bank.refund_payment(self.shop, &key(name), id, eur(minor))
    }

    fn find(&self, name: &str) -> Payment {
        self.w.bank.find_payment(self.shop, &key(name)).expect("there is a payment under this key")
    }
}

// ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────────

/// Brings the payment under the key `order` into a state.
type Start = fn(&Shop) -> PaymentId;

/// What happens to it then.
type Event = fn(&Shop, PaymentId) -> Paid;

/// The columns of the table.
const EVENTS: [(&str, Event); 10] = [
    ("approve", |s, id| s.approve(id, PIN)),
    ("capture 30", |s, id| s.capture("event", id, Some(eur(30)), false)),
    ("capture 30, final", |s, id| s.capture("event", id, Some(eur(30)), true)),
    ("capture the rest", |s, id| s.capture("event", id, None, false)),
    ("capture too much", |s, id| s.capture("event", id, Some(eur(AMOUNT + 1)), true)),
    ("void", |s, id| s.w.bank.void_payment(s.shop, id)),
    ("void by key", |s, _| s.w.bank.void_key(s.shop, &key("order"))),
    ("refund 10", |s, id| s.refund("event", id, 10)),
    ("refund too much", |s, id| s.refund("event", id, AMOUNT + 1)),
    ("time passes", |s, id| {
        s.w.pass(8 * DAY);
        let payment = s.w.bank.payment(s.shop, id)?;
        Ok(bank_core::PaymentAnswer { payment, refusal: None, replayed: false })
    }),
];

/// One cell: what the caller is told, the state after it, and what is captured then.
type Cell = (&'static str, PaymentState, i64);

fn check(row: &str, start: Start, cells: [Cell; EVENTS.len()]) {
    check_with(row, &start, cells);
}

fn check_with(row: &str, start: &dyn Fn(&Shop) -> PaymentId, cells: [Cell; EVENTS.len()]) {
    for ((column, event), (expected, state, captured)) in EVENTS.into_iter().zip(cells) {
        let cell = format!("{row} / {column}");
        let s = shop();
        let id = start(&s);
        let answer = event(&s, id);
        assert_eq!(paid(&answer), expected, "{cell}");
        let answer = answer.expect("every cell answers with the payment");
        let seen = s.w.bank.payment(s.shop, id).expect("it is there");
        assert_eq!((seen.state, seen.captured), (state, captured), "{cell}");
        // Housekeeping does not change what a caller sees.
        s.w.bank.release_due().expect("posts");
        assert_eq!(s.w.bank.payment(s.shop, id).expect("it is there"), seen, "{cell}: released");
        // The money is where the state says.
        let posted = FUNDS - captured + seen.refunded;
        assert_eq!(s.w.balance(&s.ada), (posted, posted - seen.held()), "{cell}");
        s.w.audit();
        // The same call again is the same answer, where it came under a key of its own; a void is one by nature.
        if column.starts_with("capture") || column.starts_with("refund") {
            let again = event(&s, id).expect("a replay answers");
            assert!(again.replayed, "{cell}: again");
            assert_eq!((&again.refusal, &again.payment), (&answer.refusal, &answer.payment), "{cell}: again");
            assert_eq!(s.w.balance(&s.ada).0, posted, "{cell}: again");
        }
        if column.starts_with("void") {
            let again = event(&s, id).expect("answers");
            assert_eq!((again.refusal, again.payment), (answer.refusal, answer.payment), "{cell}: again");
        }
    }
}

#[test]
fn requires_approval() {
    use PaymentState::{Authorized, Cancelled, Captured, Expired, RequiresApproval};
    let rest = [
        ("not-authorized", RequiresApproval, 0),
        ("not-authorized", RequiresApproval, 0),
        ("not-authorized", RequiresApproval, 0),
        ("not-authorized", RequiresApproval, 0),
        ("ok", Cancelled, 0),
        ("ok", Cancelled, 0),
        ("not-captured", RequiresApproval, 0),
        ("not-captured", RequiresApproval, 0),
        ("ok", Expired, 0),
    ];
    let row = |approved: Cell| {
        let mut cells = [approved; EVENTS.len()];
        cells[1..].copy_from_slice(&rest);
        cells
    };
    check("to be held", |s| s.ask("order", CaptureMode::Manual), row(("ok", Authorized, 0)));
    check("to be taken", |s| s.ask("order", CaptureMode::Immediate), row(("ok", Captured, AMOUNT)));
}

#[test]
fn authorized() {
    use PaymentState::{Authorized, Captured, Expired, Voided};
    let authorized: Start = |s| s.pay("order", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
    check(
        "authorized",
        authorized,
        [
            ("wrong-state", Authorized, 0),
            ("ok", Authorized, 30),
            ("ok", Captured, 30),
            ("ok", Captured, AMOUNT),
            ("exceeds-remaining", Authorized, 0),
            ("ok", Voided, 0),
            ("ok", Voided, 0),
            ("not-captured", Authorized, 0),
            ("not-captured", Authorized, 0),
            ("ok", Expired, 0),
        ],
    );
    let in_part: Start = |s| {
        let id = s.pay("order", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
        s.capture("part", id, Some(eur(40)), false).expect("captures").payment.id
    };
    check(
        "authorized, captured in part",
        in_part,
        [
            ("wrong-state", Authorized, 40),
            ("ok", Authorized, 70),
            ("ok", Captured, 70),
            ("ok", Captured, AMOUNT),
            ("exceeds-remaining", Authorized, 40),
            ("ok", Captured, 40),
            ("ok", Captured, 40),
            ("ok", Authorized, 40),
            ("exceeds-captured", Authorized, 40),
            ("ok", Captured, 40),
        ],
    );
}

#[test]
fn captured() {
    use PaymentState::Captured;
    let row_of = |captured, void| {
        [
            ("wrong-state", Captured, captured),
            ("already-captured", Captured, captured),
            ("already-captured", Captured, captured),
            ("already-captured", Captured, captured),
            ("already-captured", Captured, captured),
            (void, Captured, captured),
            (void, Captured, captured),
            ("ok", Captured, captured),
            ("exceeds-captured", Captured, captured),
            ("ok", Captured, captured),
        ]
    };
    let row = |captured| row_of(captured, "already-captured");
    check("purchased", |s| s.pay("order", AMOUNT, CaptureMode::Immediate).expect("pays").payment.id, row(AMOUNT));
    let finally: Start = |s| {
        let id = s.pay("order", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
        s.capture("final", id, Some(eur(60)), true).expect("captures").payment.id
    };
    check("captured finally", finally, row(60));
    let refunded: Start = |s| {
        let id = s.pay("order", AMOUNT, CaptureMode::Immediate).expect("pays").payment.id;
        s.refund("some", id, 90).expect("refunds").payment.id
    };
    check("refunded in part", refunded, row(AMOUNT));
    let in_part = |s: &Shop| {
        let id = s.pay("order", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
        s.capture("part", id, Some(eur(40)), false).expect("captures").payment.id
    };
    let lapsed = |s: &Shop| {
        let id = in_part(s);
        s.w.pass(7 * DAY);
        id
    };
    check_with("captured in part, its hold ended by itself", &lapsed, row(40));
    let released = |s: &Shop| s.w.bank.void_payment(s.shop, in_part(s)).expect("releases").payment.id;
    check_with("captured in part, the rest voided", &released, row_of(40, "ok"));
    let released = |s: &Shop| {
        let id = in_part(s);
        s.w.bank.void_key(s.shop, &key("order")).expect("releases");
        s.refund("some", id, 30).expect("refunds").payment.id
    };
    check_with("captured in part, the rest voided, refunded in part", &released, row_of(40, "ok"));
}

#[test]
fn ended_without_a_charge() {
    let row = |state| {
        [
            ("wrong-state", state, 0),
            ("wrong-state", state, 0),
            ("wrong-state", state, 0),
            ("wrong-state", state, 0),
            ("wrong-state", state, 0),
            ("ok", state, 0),
            ("ok", state, 0),
            ("not-captured", state, 0),
            ("not-captured", state, 0),
            ("ok", state, 0),
        ]
    };
    let voided: Start = |s| {
        let id = s.pay("order", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
        s.w.bank.void_payment(s.shop, id).expect("voids").payment.id
    };
    check("voided", voided, row(PaymentState::Voided));
    let fence: Start = |s| s.w.bank.void_key(s.shop, &key("order")).expect("fences").payment.id;
    check("key never seen", fence, row(PaymentState::Voided));
    let cancelled: Start = |s| {
        let id = s.ask("order", CaptureMode::Manual);
        s.w.bank.void_payment(s.shop, id).expect("cancels").payment.id
    };
    check("cancelled", cancelled, row(PaymentState::Cancelled));
    let expired: Start = |s| {
        let id = s.pay("order", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
        s.w.pass(7 * DAY);
        id
    };
    check("expired", expired, row(PaymentState::Expired));
    let declined: Start = |s| s.pay("order", FUNDS + 1, CaptureMode::Manual).expect("declines").payment.id;
    check("declined", declined, row(PaymentState::Declined));
}

#[test]
fn a_hold_ends_exactly_at_its_time() {
    let s = shop();
    let microsecond = std::time::Duration::from_micros(1);
    let id = s.pay("order", AMOUNT, CaptureMode::Manual).expect("authorizes").payment.id;
    s.w.pass(7 * DAY - microsecond);
    assert_eq!(s.w.balance(&s.ada), (FUNDS, FUNDS - AMOUNT));
    assert_eq!(s.w.bank.release_due().expect("posts"), 0);
    s.w.pass(microsecond);
    assert_eq!(s.w.balance(&s.ada), (FUNDS, FUNDS), "exact at read time, before anything was released");
    assert_eq!(s.find("order").state, PaymentState::Expired);
    let overview = s.w.bank.overview(s.ada.id, s.ada.account, None, 10).expect("shows");
    assert!(overview.holds.is_empty());
    assert_eq!(s.w.bank.release_due().expect("posts"), 1, "it says how many it released");
    assert_eq!(s.w.bank.release_due().expect("posts"), 0);
    assert_eq!(paid(&s.capture("late", id, None, true)), "wrong-state");
    s.w.audit();
}

// ── Approval ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn a_mistyped_pin_leaves_an_approval_waiting_and_other_refusals_end_it() {
    let check = |digits: &str, prepare: &dyn Fn(&Shop), expected: &str, after: PaymentState| {
        let s = shop();
        let id = s.ask("order", CaptureMode::Immediate);
        prepare(&s);
        assert_eq!(paid(&s.approve(id, digits)), expected);
        assert_eq!(s.find("order").state, after, "{expected}");
        s.w.audit();
    };
    let spend = |s: &Shop| drop(s.w.withdraw(&s.ada, "spend", FUNDS, PIN).expect("withdraws"));
    let freeze = |s: &Shop| drop(s.w.bank.set_frozen(s.ada.account, true).expect("freezes"));
    let block = |s: &Shop| {
        for (n, wait) in [0, 0, 0, 1, 5].into_iter().enumerate() {
            s.w.pass(wait * MINUTE);
            assert_eq!(told(&s.w.withdraw(&s.ada, &format!("guess-{n}"), 1, WRONG)), "incorrect-pin");
        }
    };
    check(WRONG, &|_| {}, "incorrect-pin", PaymentState::RequiresApproval);
    check(WRONG, &freeze, "incorrect-pin", PaymentState::RequiresApproval);
    check(PIN, &block, "pin-blocked", PaymentState::Declined);
    check(PIN, &freeze, "account-frozen", PaymentState::Declined);
    check(PIN, &spend, "insufficient-funds", PaymentState::Declined);
    check(PIN, &|_| {}, "ok", PaymentState::Captured);
    check(PIN, &|s| s.w.pass(15 * MINUTE), "wrong-state", PaymentState::Expired);
}

#[test]
fn only_the_holder_of_the_account_approves() {
    let s = shop();
    let id = s.ask("order", CaptureMode::Immediate);
    let ben = s.w.person("Ben", FUNDS);
    let by_ben = |account| told(&s.w.bank.approve_payment(ben.id, id, account, &pin(PIN)));
    assert_eq!(by_ben(s.ada.account), "account-not-found");
    let nothing = PaymentId::from_uuid(kit_core::Uuid::nil());
    assert_eq!(told(&s.approve(nothing, PIN)), "payment-not-found");
    assert_eq!(s.find("order").payer, None);
    assert_eq!(by_ben(ben.account), "ok");
    assert_eq!(s.find("order").payer, Some(ben.account));
}

// ── Declines ─────────────────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn payments_are_refused_in_the_documented_order() {
    let s = shop();
    let (cold, shut) = (s.w.person("Cold", FUNDS), s.w.person("Shut", 0));
    s.w.change_account(cold.account, |a| a.frozen = true);
    s.w.change_account(shut.account, |a| (a.closed, a.frozen) = (true, true));
    s.pay("used", 1, CaptureMode::Immediate).expect("pays");
    let unknown = AccountNumber::from_payload(9_999_999_999);
    let check = |name: &str, account, amount: Money, reference: &str, digits: &str, expected: &str, advice: &str| {
        let reference = reference.to_owned();
        let request = PaymentRequest { account, pin: pin(digits), amount, capture: CaptureMode::Immediate, reference };
        let answer = s.w.bank.create_payment(s.shop, &key(name), &request);
        assert_eq!(paid(&answer), expected, "{name}");
        let Ok(answer) = answer else {
            assert_eq!(advice, "", "{name}: refused before it was a payment");
            return;
        };
        let given = answer.refusal.as_ref().and_then(Refusal::advice).map_or("", |a| a.name());
        assert_eq!(given, advice, "{name}");
        if let Some(refusal) = &answer.refusal {
            assert_eq!(
                (answer.payment.state, answer.payment.decline.as_ref()),
                (PaymentState::Declined, Some(refusal))
            );
        }
        let again = s.w.bank.create_payment(s.shop, &key(name), &request).expect("a replay");
        assert_eq!((again.replayed, &again.refusal, again.payment), (true, &answer.refusal, s.find(name)), "{name}");
    };
    check("used", unknown, usd(0), "a\nb", WRONG, "amount-not-positive", "");
    check("used", unknown, usd(MAX_MINOR + 1), "a\nb", WRONG, "amount-too-large", "");
    check("used", unknown, usd(5_000), "a\nb", WRONG, "invalid-fields", "");
    check("used", unknown, usd(5_000), "order", WRONG, "idempotency-key-reuse", "");
    check("unknown", unknown, usd(5_000), "order", WRONG, "incorrect-pin", "retry-with-new-pin");
    check("wrong", shut.account, usd(5_000), "order", WRONG, "incorrect-pin", "retry-with-new-pin");
    check("closed", shut.account, usd(5_000), "order", PIN, "account-closed", "do-not-retry");
    check("cold-wrong", cold.account, usd(5_000), "order", WRONG, "incorrect-pin", "retry-with-new-pin");
    check("frozen", cold.account, usd(5_000), "order", PIN, "account-frozen", "do-not-retry");
    check("currency", s.ada.account, usd(5_000), "order", PIN, "currency-mismatch", "do-not-retry");
    check("funds", s.ada.account, eur(5_000), "order", PIN, "insufficient-funds", "retry-later");
    check("fine", s.ada.account, eur(FUNDS - 1), "order", PIN, "ok", "");
    s.w.audit();
}

#[test]
fn a_malformed_payment_costs_no_try() {
    let s = shop();
    for n in 0..9 {
        let (minor, expected) =
            if n % 2 == 0 { (0, "amount-not-positive") } else { (MAX_MINOR + 1, "amount-too-large") };
        assert_eq!(paid(&s.w.pay(s.shop, &format!("malformed-{n}"), s.ada.account, minor, WRONG)), expected);
    }
    let answer = s.w.pay(s.shop, "wrong", s.ada.account, 1, WRONG).expect("declined");
    assert_eq!(answer.refusal, Some(Refusal::IncorrectPin { tries_left: 4 }));
}
