//! The order page and the polled status in every state that an order can be in, and what must hold in all of them.

use std::time::Duration;

use kit_core::{Clock, Token};
use kit_web::testing::{Answer as Page, Browser};
use poem::http::Method;
use shop_core::OrderSlice;
use shop_core::gateway::scripted::{CallKind, Step};
use shop_core::gateway::{Advice, Answer, Code};

use crate::world::{PIN, World, account, api, order};

const WRONG_PIN: &str = "314159";
const CONFIRM: &str = "https://bank.example/approve/7";

/// A state: how an order comes into it, and what its customer then sees.
struct State {
    /// What the bank is told to do before the order is placed.
    bank: fn(&World),
    pin: &'static str,
    /// What happens afterwards.
    then: fn(&World, &Token),
    status: &'static str,
    heading: &'static str,
    words: &'static [&'static str],
    pay: bool,
    cancel: bool,
    open: bool,
}

/// An order that is paid at once, to be varied.
const PAID: State = State {
    bank: |_| {},
    pin: PIN,
    then: |_, _| {},
    status: "paid",
    heading: "Thank you. Your order is paid.",
    words: &["We are preparing it for you.", "You need not do anything.", "the order was paid.</li>"],
    pay: false,
    cancel: true,
    open: false,
};

/// An order whose payment failed while its customer waited.
const UNPAID: State = State {
    status: "awaiting-payment",
    heading: "Your order is not paid yet",
    words: &["Nothing was charged.", "Pay below by then, or cancel the order.", "nothing was charged.</li>"],
    pay: true,
    ..PAID
};

const CHECKING: State = State {
    bank: |world| lose(world, Step::LoseReply),
    status: "checking",
    heading: "We are checking with your bank. Do not pay again.",
    words: &[
        "Your bank has not told us yet whether the payment went through.",
        "Do not pay again, and do not order the same things again",
        "As of 22 November 2026, 16:07 UTC.",
        "we began to check.</li>",
    ],
    cancel: false,
    open: true,
    ..PAID
};

const APPROVAL: State = State {
    bank: |world| request_action(world, CONFIRM),
    status: "awaiting-approval",
    heading: "Please confirm the payment at your bank",
    words: &[
        "until 22 November 2026, 16:17 UTC.",
        "href=\"https://bank.example/approve/7\">Confirm at your bank</a>",
        "Do not pay a second time for this order.",
        "asked you to confirm the payment.</li>",
    ],
    ..CHECKING
};

const CANCELLED: State = State {
    then: |world, token| drop(world.shop.cancel(token).unwrap()),
    status: "cancelled",
    heading: "Your order is cancelled",
    words: &["Your money was given back.", "Your money was given back.</li>", "The cancellation became final"],
    cancel: false,
    ..PAID
};

const ENDED: State = State {
    status: "not-paid",
    words: &["The order has ended and the goods are back on the shelf.", "The order ended unpaid"],
    pay: false,
    cancel: false,
    ..UNPAID
};

fn lose(world: &World, step: Step) {
    world.bank.then_on(CallKind::Purchase, step);
}

fn answer(world: &World, kind: CallKind, answer: Answer) {
    world.bank.then_on(kind, answer);
}

fn declined(code: &str, advice: Advice) -> Answer {
    Answer::Declined { code: Code::new(code), advice }
}

fn request_action(world: &World, url: &str) {
    let expires_at = world.clock.now().plus(Duration::from_secs(600));
    answer(world, CallKind::Purchase, Answer::RequiresAction { url: url.to_owned(), expires_at });
}

fn sweep_after(world: &World, seconds: u64) {
    world.advance(seconds);
    world.shop.sweep().unwrap();
}

fn ship(world: &World) {
    let orders = world.shop.orders(&OrderSlice { limit: 1, ..OrderSlice::default() }).unwrap();
    world.shop.ship(orders[0].number).unwrap();
}

/// Brings an order into the state, and checks everything about its page and its polled status.
async fn check(name: &str, state: State) {
    let world = World::new();
    (state.bank)(&world);
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, state.pin).await;
    let token = path.strip_prefix("/orders/").unwrap();
    (state.then)(&world, &Token::parse(token).unwrap());
    assert_eq!(world.bank.steps_left(), 0, "{name}: the bank was asked as the test says");

    let page = browser.get(&path).await;
    assert_eq!(page.status, 200, "{name}");
    let heading = page.text.split_once("<h1>").unwrap().1.split_once("</h1>").unwrap().0;
    assert_eq!(heading, state.heading, "{name}");
    for words in state.words {
        assert!(page.text.contains(words), "{name}: {words}: {}", page.text);
    }
    let has = |part: &str| page.text.contains(part);
    assert_eq!(
        (has("name=\"pin\""), has("name=\"key\""), has("value=\"pay\"")),
        (state.pay, state.pay, state.pay),
        "{name}"
    );
    assert_eq!(has("value=\"cancel\""), state.cancel, "{name}");
    check_looking_again(name, &state, &page, &path);
    check_guarded(name, &page);

    let polled = api(&app, Method::GET, &path, None).await;
    let order = polled.json();
    assert_eq!(polled.status, 200, "{name}");
    assert_eq!(order["status"], state.status, "{name}");
    assert_eq!((&order["may_pay"], &order["may_cancel"]), (&state.pay.into(), &state.cancel.into()), "{name}");
    assert_eq!(polled.header("cache-control"), "no-store", "{name}");
    assert!(!polled.text.contains(state.pin) && !polled.text.contains(&account().digits()), "{name}");
}

/// A state that changes by itself has a link to check again and a script that does so; any other has neither.
fn check_looking_again(name: &str, state: &State, page: &Page, path: &str) {
    let region = format!("<div id=\"order\" data-status=\"{}\" data-poll=\"/api/v1{path}\">", state.status);
    for part in [&format!("href=\"{path}\">Check again</a>"), &region, "<span data-looking ", "As of "] {
        assert_eq!(page.text.matches(part).count(), usize::from(state.open), "{name}: {part}: {}", page.text);
    }
    assert!(page.text.contains("<p class=\"visually-hidden\" role=\"status\" id=\"news\"></p>"), "{name}");
    assert_eq!(page.text.contains("data-poll"), state.open, "{name}");
    assert!(page.text.contains("<div id=\"order\""), "{name}: where the next state comes to stand");
}

fn check_guarded(name: &str, page: &Page) {
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"), "{name}: {policy}");
    assert!(policy.contains("connect-src 'self';") && !policy.contains("unsafe"), "{name}: {policy}");
    assert_eq!(page.header("cache-control"), "no-store", "{name}");
    assert!(page.header("refresh").is_empty() && !page.text.contains("http-equiv"), "{name}: no page reloads itself");
    for inline in ["<script>", " onclick", " onload", " style=", "javascript:"] {
        assert!(!page.text.contains(inline), "{name}: {inline}");
    }
    for secret in [PIN, WRONG_PIN, &account().digits(), &account().to_string()] {
        assert!(!page.text.contains(secret), "{name}: a PIN or an account number on the page");
    }
}

#[tokio::test]
async fn not_paid_yet() {
    let not_asked: fn(&World) = |world| answer(world, CallKind::Purchase, Answer::NotSent);
    check("wrong PIN", State { pin: WRONG_PIN, ..UNPAID }).await;
    check("not reached", State { bank: not_asked, ..UNPAID }).await;
    let banks = [
        ("there is not enough money", declined("insufficient-funds", Advice::RetryLater)),
        ("the PIN is blocked", declined("pin-blocked", Advice::DoNotRetry)),
        ("Please use another account", declined("never-heard-of", Advice::DoNotRetry)),
        ("Paying by PIN is not possible here", declined("use-hosted-approval", Advice::UseHostedApproval)),
        ("asks you to wait a little", Answer::Throttled { retry_after: Duration::from_secs(30) }),
        ("does not take payments from us at present", Answer::Unauthorized),
        ("The payment ended before your bank charged anything.", Answer::Voided),
    ];
    for (words, bank) in banks {
        let world = World::new();
        world.bank.then(bank);
        let app = world.app();
        let mut browser = Browser::new(&app);
        let path = order(&mut browser, PIN).await;
        let page = browser.get(&path).await;
        assert!(page.text.contains(words) && page.text.contains("Nothing was charged."), "{words}: {}", page.text);
        check_looking_again(words, &UNPAID, &page, &path);
        check_guarded(words, &page);
        assert!(page.text.contains("value=\"pay\""), "{words}: it may be paid again");
    }
}

#[tokio::test]
async fn too_late_to_pay_and_not_yet_ended() {
    let state = State {
        then: |world, _| world.advance(30 * 60),
        heading: "Your order was not paid in time",
        words: &["and nobody paid by then. Nothing was charged.", "It cannot be paid any more"],
        pin: WRONG_PIN,
        pay: false,
        open: true,
        ..UNPAID
    };
    check("reservation over, not swept", state).await;
}

#[tokio::test]
async fn being_checked() {
    check("reply lost", CHECKING).await;
    check("request lost", State { bank: |world| lose(world, Step::LoseRequest), ..CHECKING }).await;
    let mismatch: fn(&World) = |world| answer(world, CallKind::Purchase, Answer::Mismatch { field: "amount".into() });
    check("something else answered", State { bank: mismatch, ..CHECKING }).await;
    let words: &[&str] = &["As of 22 November 2026, 16:09 UTC; we have asked your bank again 2 times so far."];
    let then: fn(&World, &Token) = |world, _| {
        answer(world, CallKind::Void, Answer::Unknown);
        sweep_after(world, 60);
        answer(world, CallKind::Void, Answer::NotSent);
        sweep_after(world, 60);
    };
    check("asked in vain", State { then, words, ..CHECKING }).await;
}

#[tokio::test]
async fn settled_by_the_sweep() {
    let then: fn(&World, &Token) = |world, _| sweep_after(world, 60);
    let words: &[&str] = &["we began to check.</li>", "the order was paid.</li>"];
    check("found paid", State { bank: CHECKING.bank, then, words, ..PAID }).await;
    let timed_out = State {
        bank: |world| lose(world, Step::LoseRequest),
        then,
        heading: "The payment timed out. Nothing was charged.",
        words: &["we called the payment off", "has confirmed that it charged nothing", "back on the shelf."],
        ..ENDED
    };
    check("found unpaid", timed_out).await;
    let declined_late = State {
        bank: |world| {
            lose(world, Step::LoseRequest);
            answer(world, CallKind::Void, declined("insufficient-funds", Advice::RetryLater));
        },
        then,
        heading: "Your bank declined the payment. Nothing was charged.",
        words: &["reached us late", "there is not enough money in the account", "The order has ended"],
        ..ENDED
    };
    check("declined late", declined_late).await;
}

#[tokio::test]
async fn waiting_for_approval() {
    check("approval", APPROVAL).await;
    let elsewhere = State {
        bank: |world| request_action(world, "javascript:alert(1)"),
        words: &["Open your bank’s own site in the way you always do", "Do not pay a second time"],
        ..APPROVAL
    };
    check("an address that is not the web's", elsewhere).await;
    let heading = "The payment was not confirmed. Nothing was charged.";
    let words: &[&str] = &["or it was refused there.", "The order has ended"];
    let then: fn(&World, &Token) = |world, _| sweep_after(world, 601);
    check("not confirmed in time", State { bank: APPROVAL.bank, then, heading, words, ..ENDED }).await;
    let then: fn(&World, &Token) = |world, _| {
        answer(world, CallKind::Lookup, Answer::Voided);
        sweep_after(world, 60);
    };
    check("refused there", State { bank: APPROVAL.bank, then, heading, words, ..ENDED }).await;
}

#[tokio::test]
async fn paid_and_shipped() {
    check("paid", PAID).await;
    let shipped = State {
        then: |world, _| ship(world),
        status: "shipped",
        heading: "Your parcel is on its way",
        words: &["It is too late to cancel here.", "The order left our warehouse.</li>"],
        cancel: false,
        ..PAID
    };
    check("shipped", shipped).await;
}

#[tokio::test]
async fn cancelled_and_given_back() {
    check("given back", CANCELLED).await;
    let nothing_taken = State { pin: WRONG_PIN, words: &["Nothing was charged.", "nothing left to do"], ..CANCELLED };
    check("nothing to give back", nothing_taken).await;
    let refunding = State {
        bank: |world| answer(world, CallKind::Refund, Answer::Unknown),
        status: "refunding",
        heading: "Your order is cancelled; your money is on its way back",
        words: &["We ask your bank by ourselves until it has given the money back", "set out to give your money back"],
        open: true,
        ..CANCELLED
    };
    check("refund lost", refunding).await;
    let then: fn(&World, &Token) = |world, token| {
        world.shop.cancel(token).unwrap();
        sweep_after(world, 60);
    };
    check("refund found", State { bank: refunding_bank(), then, ..CANCELLED }).await;
    let delayed = State {
        bank: |world| answer(world, CallKind::Refund, Answer::Rejected { code: Code::new("insufficient-funds") }),
        status: "refund-delayed",
        heading: "Your order is cancelled; giving your money back takes longer than usual",
        words: &["Your money is owed to you", "you need not cancel again", "our staff was told.</li>"],
        ..CANCELLED
    };
    check("refund refused", delayed).await;
}

fn refunding_bank() -> fn(&World) {
    |world| answer(world, CallKind::Refund, Answer::Unknown)
}

#[tokio::test]
async fn ended_because_nobody_paid() {
    let state = State {
        pin: WRONG_PIN,
        then: |world, _| sweep_after(world, 31 * 60),
        heading: "Your order was not paid in time. Nothing was charged.",
        words: &[
            "We kept the goods for you until 22 November 2026, 16:37 UTC, and nobody paid by then.",
            "The order has ended",
        ],
        ..ENDED
    };
    check("reservation ran out", state).await;
}

/// A form that was refused keeps its key only where it may be sent again; an order that cannot be paid shows none.
#[tokio::test]
async fn a_late_form_finds_no_second_form() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, WRONG_PIN).await;
    let key = crate::world::hidden(&browser.get(&path).await, "key");
    world.advance(30 * 60);
    let (digits, pin) = (account().digits(), PIN);
    let late = browser.post(&path, &[("key", &key), ("account_number", &digits), ("pin", pin)]).await;
    assert_eq!(late.status, 409, "{}", late.text);
    assert!(late.text.contains("role=\"alert\""), "{}", late.text);
    assert!(!late.text.contains("name=\"key\"") && !late.text.contains(&key), "{}", late.text);
    check_guarded("late form", &late);
    assert_eq!(world.purchases(), 1, "the bank was not asked again");
}

#[tokio::test]
async fn the_script_is_small_and_cached_and_a_script() {
    let world = World::new();
    lose(&world, Step::LoseReply);
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, PIN).await;
    let page = browser.get(&path).await;
    let (_, rest) = page.text.split_once("src=\"/shop.js").unwrap();
    let script = browser.get(&format!("/shop.js{}", rest.split_once('"').unwrap().0)).await;
    assert_eq!((script.status, script.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert!(script.header("cache-control").contains("immutable"));
    assert_eq!(script.header("x-content-type-options"), "nosniff");
    assert!(script.text.len() < 10_000, "{} bytes", script.text.len());
}
