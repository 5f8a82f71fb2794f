//! Orders by API.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use poem::http::Method;
use serde_json::json;
use shop_core::gateway::scripted::{CallKind, Step};
use shop_core::gateway::{Advice, Answer, Code};
use tokio::task::JoinSet;

use crate::world::{KEYBOARD, MOUSE, PIN, World, account, api, api_cart, api_keyed, api_order, eur, gift};

/// How many payments the shop asks for at a time.
const AT_ONCE: usize = 24;
/// How long a test waits for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn an_order_is_placed_paid_and_looked_at() {
    let world = World::new();
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 2).await;
    let placed = api_keyed(&app, "/orders", "order-key-1", &api_order(&cart, "200.00")).await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    let order = placed.json();
    assert_eq!(
        (&order["status"], &order["total"], &order["currency"]),
        (&json!("paid"), &json!("200.00"), &json!("EUR"))
    );
    let line = json!({
        "sku": "KB-1", "name": "Tern 87", "quantity": 2, "unit_price": "100.00", "total": "200.00", "currency": "EUR",
        "discount": "0.00", "vat_rate": "19", "vat": "31.93",
    });
    assert_eq!(order["lines"], json!([line]));
    assert_eq!(order["contact"]["postal_code"], "SW1Y 4JH");
    assert_eq!(order["payments"][0]["status"], "succeeded");
    let digits = account().digits();
    assert_eq!(order["payments"][0]["account_tail"], digits[8..]);
    assert!(!placed.text.contains(&digits) && !placed.text.contains(PIN), "{}", placed.text);
    let token = order["token"].as_str().unwrap();
    let seen = api(&app, Method::GET, &format!("/orders/{token}"), None).await;
    assert_eq!(seen.json(), order);
    // The same call again: the same order, nothing paid twice.
    let again = api_keyed(&app, "/orders", "order-key-1", &api_order(&cart, "200.00")).await;
    assert_eq!((again.status, again.json()), (201, order));
    assert_eq!((placed.header("idempotent-replay"), again.header("idempotent-replay")), ("", "true"));
    assert_eq!((world.charged(), world.orders()), (eur(20_000), 1));
    let mut other = api_order(&cart, "200.00");
    other["city"] = json!("Paris");
    let reused = api_keyed(&app, "/orders", "order-key-1", &other).await;
    assert_eq!((reused.status, reused.json()["code"].clone()), (422, json!("idempotency-key-reuse")));
    assert_eq!(reused.json()["field"], "city");
}

#[tokio::test]
async fn an_order_of_nothing_needs_neither_account_nor_pin() {
    let world = World::new();
    gift(&world);
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 2).await;
    let set = api(&app, Method::PUT, &format!("/carts/{cart}/code"), Some(&json!({ "code": "gift" }))).await;
    assert_eq!((set.status, set.json()["total"].clone()), (200, json!("0.00")));
    let mut body = api_order(&cart, "0.00");
    for field in ["account_number", "pin"] {
        assert!(body.as_object_mut().unwrap().remove(field).is_some(), "{field}");
    }
    let placed = api_keyed(&app, "/orders", "order-key-1", &body).await;
    assert_eq!(placed.status, 201, "{}", placed.text);
    let order = placed.json();
    assert_eq!((&order["status"], &order["total"]), (&json!("paid"), &json!("0.00")));
    let again = api_keyed(&app, "/orders", "order-key-1", &body).await;
    assert_eq!((again.status, again.json()), (201, order.clone()));
    assert_eq!((placed.header("idempotent-replay"), again.header("idempotent-replay")), ("", "true"));
    assert_eq!((world.orders(), world.purchases(), world.stock(KEYBOARD)), (1, 0, 3));
    let invoice = format!("/orders/{}/invoice", order["token"].as_str().unwrap());
    let invoice = api(&app, Method::GET, &invoice, None).await;
    assert_eq!((invoice.status, invoice.json()["total"].clone()), (200, json!("0.00")), "{}", invoice.text);
}

#[tokio::test]
async fn a_decline_is_402_with_advice_and_the_order_which_is_paid_again() {
    let world = World::new();
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 2).await;
    let mut body = api_order(&cart, "200.00");
    body["pin"] = json!("314159");
    let declined = api_keyed(&app, "/orders", "order-key-1", &body).await;
    assert_eq!(declined.status, 402, "{}", declined.text);
    let problem = declined.json();
    assert_eq!((&problem["code"], &problem["advice"]), (&json!("incorrect-pin"), &json!("retry-with-new-pin")));
    let order = &problem["order"];
    assert_eq!((&order["status"], &order["may_pay"]), (&json!("awaiting-payment"), &json!(true)));
    assert!(order["reserved_until"].is_string());
    assert!(!declined.text.contains("314159"));
    let again = api_keyed(&app, "/orders", "order-key-1", &body).await;
    assert_eq!((again.status, again.header("idempotent-replay"), world.purchases()), (402, "true", 1));
    let path = format!("/orders/{}/payments", order["token"].as_str().unwrap());
    let payment = json!({ "account_number": account().digits(), "pin": PIN });
    let paid = api_keyed(&app, &path, "order-key-2", &payment).await;
    assert_eq!((paid.status, paid.json()["status"].clone()), (201, json!("paid")));
    let late = api_keyed(&app, &path, "order-key-3", &payment).await;
    assert_eq!((late.status, late.json()["code"].clone()), (409, json!("not-payable")));
    assert_eq!(world.charged(), eur(20_000));
}

#[tokio::test]
async fn a_bank_out_of_reach_is_402_and_says_so() {
    let world = World::new();
    world.bank.then(Answer::NotSent);
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 1).await;
    let answer = api_keyed(&app, "/orders", "order-key-1", &api_order(&cart, "100.00")).await;
    let problem = answer.json();
    assert_eq!((answer.status, &problem["code"]), (402, &json!("bank-unavailable")));
    assert_eq!((&problem["advice"], &problem["order"]["may_pay"]), (&json!("retry-later"), &json!(true)));
}

#[tokio::test]
async fn a_bank_that_asks_for_patience_is_402_with_its_own_code() {
    let world = World::new();
    world.bank.then(Answer::Throttled { retry_after: Duration::from_secs(30) });
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 1).await;
    let answer = api_keyed(&app, "/orders", "order-key-1", &api_order(&cart, "100.00")).await;
    let problem = answer.json();
    assert_eq!((answer.status, &problem["code"]), (402, &json!("bank-throttled")));
    assert_eq!((&problem["advice"], &problem["order"]["may_pay"]), (&json!("retry-later"), &json!(true)));
    assert_eq!(problem["order"]["payments"][0]["code"], "bank-throttled");
}

#[tokio::test]
async fn two_clients_may_choose_the_same_key() {
    let world = World::new();
    let app = world.app();
    let carts = [api_cart(&app, KEYBOARD, 1).await, api_cart(&app, KEYBOARD, 1).await];
    for cart in &carts {
        let placed = api_keyed(&app, "/orders", "my-first-order", &api_order(cart, "100.00")).await;
        assert_eq!((placed.status, placed.header("idempotent-replay")), (201, ""), "{}", placed.text);
    }
    assert_eq!((world.orders(), world.charged()), (2, eur(20_000)));
}

/// One button, clicked by somebody impatient: one payment, and nobody is told off.
#[tokio::test]
async fn fifteen_calls_at_once_are_one_order_and_no_decline() {
    let world = World::new();
    // The bank answers the first call once the fourteen others have been answered.
    let (called, was_called) = channel();
    let (go, wait) = channel();
    let wait = Mutex::new(wait);
    world.bank.on_call(move |_| {
        called.send(()).expect("the test waits");
        wait.lock().expect("one call").recv_timeout(PATIENCE).expect("the others are answered");
    });
    let app = Arc::new(world.app());
    let body = api_order(&api_cart(&*app, KEYBOARD, 1).await, "100.00");
    let call = || {
        let (app, body) = (app.clone(), body.clone());
        async move { api_keyed(&*app, "/orders", "order-key-1", &body).await }
    };
    let first = tokio::spawn(call());
    tokio::task::spawn_blocking(move || was_called.recv_timeout(PATIENCE)).await.unwrap().expect("the bank is called");
    let mut others = JoinSet::new();
    (0..14).for_each(|_| drop(others.spawn(call())));
    for answer in others.join_all().await {
        assert_eq!((answer.status, answer.header("idempotent-replay")), (202, "true"), "{}", answer.text);
    }
    go.send(()).expect("the bank waits");
    let first = first.await.expect("no panic");
    assert_eq!((first.status, first.header("idempotent-replay")), (201, ""), "{}", first.text);
    assert_eq!((world.purchases(), world.orders(), world.charged()), (1, 1, eur(10_000)));
}

/// Our bank checks at most 30 PINs of one merchant at a time, and answers the next one that it is too busy.
#[tokio::test]
async fn the_bank_is_asked_by_fewer_at_once_than_it_takes() {
    let world = World::new();
    world.stock_up("100.00", 100, 1);
    // How many calls came so far, and how many are under way. Each stays until as many came as there may be at once.
    let (calls, most) = (Arc::new((Mutex::new((0_usize, 0_usize)), Condvar::new())), Arc::new(AtomicUsize::new(0)));
    let seen = most.clone();
    world.bank.on_call(move |_| {
        let (counts, changed) = &*calls;
        let mut now = counts.lock().expect("no panic");
        *now = (now.0 + 1, now.1 + 1);
        seen.fetch_max(now.1, Ordering::SeqCst);
        changed.notify_all();
        let enough = now.0.next_multiple_of(AT_ONCE);
        let (mut now, _) = changed.wait_timeout_while(now, PATIENCE, |now| now.0 < enough).expect("no panic");
        now.1 -= 1;
    });
    let app = Arc::new(world.app());
    let mut calls = JoinSet::new();
    for _ in 0..48 {
        let (app, body) = (app.clone(), api_order(&api_cart(&*app, KEYBOARD, 1).await, "100.00"));
        calls.spawn(async move { api_keyed(&*app, "/orders", "order-key-1", &body).await.status });
    }
    assert!(calls.join_all().await.iter().all(|status| *status == 201));
    assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
    assert_eq!(world.charged(), eur(480_000));
}

#[tokio::test]
async fn a_decline_without_a_known_code_is_still_one() {
    let world = World::new();
    world.bank.then(Answer::Declined { code: Code::new("???"), advice: Advice::DoNotRetry });
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 1).await;
    let problem = api_keyed(&app, "/orders", "order-key-1", &api_order(&cart, "100.00")).await.json();
    assert_eq!((&problem["code"], &problem["advice"]), (&json!("declined"), &json!("do-not-retry")));
}

#[tokio::test]
async fn an_unknown_outcome_is_202_until_the_sweep_knows() {
    let world = World::new();
    world.bank.then_on(CallKind::Purchase, Step::LoseReply);
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 1).await;
    let answer = api_keyed(&app, "/orders", "order-key-1", &api_order(&cart, "100.00")).await;
    assert_eq!((answer.status, answer.json()["status"].clone()), (202, json!("checking")));
    let again = api_keyed(&app, "/orders", "order-key-1", &api_order(&cart, "100.00")).await;
    assert_eq!((again.status, world.purchases()), (202, 1));
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let path = format!("/orders/{token}/payments");
    let payment = json!({ "account_number": account().digits(), "pin": PIN });
    let second = api_keyed(&app, &path, "order-key-2", &payment).await;
    assert_eq!((second.status, second.json()["code"].clone()), (409, json!("payment-in-progress")));
    let cancel = api(&app, Method::POST, &format!("/orders/{token}/cancel"), None).await;
    assert_eq!(cancel.json()["code"], "payment-in-progress");
    world.advance(60);
    world.shop.sweep().unwrap();
    let order = api(&app, Method::GET, &format!("/orders/{token}"), None).await.json();
    assert_eq!(order["status"], "paid");
    assert_eq!(world.charged(), eur(10_000));
}

#[tokio::test]
async fn a_changed_price_and_a_shortage_are_told_line_by_line() {
    let world = World::new();
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 2).await;
    world.stock_up("110.00", 5, 1);
    let changed = api_keyed(&app, "/orders", "order-key-1", &api_order(&cart, "200.00")).await;
    let problem = changed.json();
    assert_eq!((changed.status, &problem["code"]), (409, &json!("price-changed")));
    assert_eq!((&problem["expected_total"], &problem["total"]), (&json!("200.00"), &json!("220.00")));
    assert_eq!((&problem["currency"], &problem["field"]), (&json!("EUR"), &json!("expected_total")));
    let line = json!({ "sku": "KB-1", "name": "Tern 87", "seen": "100.00", "now": "110.00", "currency": "EUR" });
    assert_eq!(problem["lines"], json!([line]));
    world.stock_up("110.00", 1, 1);
    let short = api_keyed(&app, "/orders", "order-key-2", &api_order(&cart, "220.00")).await;
    assert_eq!((short.status, short.json()["code"].clone()), (409, json!("out-of-stock")));
    assert_eq!(short.json()["lines"][0]["available"], 1);
    let empty = api(&app, Method::POST, "/carts", None).await.json()["id"].as_str().unwrap().to_owned();
    let none = api_keyed(&app, "/orders", "order-key-3", &api_order(&empty, "0.00")).await;
    assert_eq!((none.status, none.json()["code"].clone()), (409, json!("cart-empty")));
    assert_eq!(world.orders(), 0);
}

#[tokio::test]
async fn bad_orders_name_their_fields() {
    let world = World::new();
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 1).await;
    let good = api_order(&cart, "100.00");
    for (field, value) in [
        ("cart", json!(7)),
        ("pin", json!(271_828)),
        ("pin", json!("")),
        ("expected_total", json!(100.0)),
        ("expected_total", json!("1e3")),
        ("expected_total", json!("-5")),
        ("expected_total", json!("1.005")),
        ("currency", json!("USD")),
        ("name", json!("  ")),
        ("email", json!("ada")),
        ("account_number", json!("12")),
        ("account_number", json!("240000000184")),
    ] {
        let mut body = good.clone();
        body[field] = value.clone();
        let answer = api_keyed(&app, "/orders", "order-key-1", &body).await;
        assert_eq!(answer.status, 400, "{field} {value}: {}", answer.text);
        assert_eq!(answer.json()["field"], field, "{value}: {}", answer.text);
        assert!(!answer.text.contains("271828"), "{}", answer.text);
    }
    let mut body = good.clone();
    body["account_number"] = json!("240000000184");
    let problem = api_keyed(&app, "/orders", "order-key-1", &body).await.json();
    assert_eq!(problem["fields"][0]["field"], "account_number");
    assert_eq!(problem["fields"][0]["code"], "check-digits");
    let mut body = good.clone();
    body["coupon"] = json!("FREE");
    assert_eq!(api_keyed(&app, "/orders", "order-key-1", &body).await.status, 400);
    let without = api(&app, Method::POST, "/orders", Some(&good)).await;
    assert_eq!((without.status, without.json()["code"].clone()), (400, json!("idempotency-key-required")));
    let short = api_keyed(&app, "/orders", "short", &good).await;
    assert_eq!((short.status, short.json()["code"].clone()), (400, json!("invalid-idempotency-key")));
    assert_eq!(world.orders(), 0);
}

#[tokio::test]
async fn an_order_is_cancelled_and_given_back() {
    let world = World::new();
    let app = world.app();
    let cart = api_cart(&app, MOUSE, 1).await;
    let order = api_keyed(&app, "/orders", "order-key-1", &api_order(&cart, "24.90")).await.json();
    let path = format!("/orders/{}/cancel", order["token"].as_str().unwrap());
    world.bank.then_on(CallKind::Refund, Answer::Rejected { code: Code::new("insufficient-funds") });
    let refused = api(&app, Method::POST, &path, None).await;
    assert_eq!((refused.status, refused.json()["status"].clone()), (200, json!("refund-delayed")));
    let number = world.shop.orders(&shop_core::OrderSlice { limit: 1, ..Default::default() }).unwrap()[0].number;
    world.shop.cancel_by_number(number).unwrap();
    let cancelled = api(&app, Method::POST, &path, None).await;
    assert_eq!((cancelled.status, cancelled.json()["status"].clone()), (200, json!("cancelled")));
    assert_eq!(api(&app, Method::POST, &path, None).await.status, 200, "twice is no error");
    assert_eq!((world.charged(), world.stock(MOUSE)), (eur(0), 1));
}

#[tokio::test]
async fn many_declined_guesses_are_throttled() {
    let world = World::new();
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 1).await;
    let mut body = api_order(&cart, "100.00");
    body["pin"] = json!("314159");
    let order = api_keyed(&app, "/orders", "order-key-0", &body).await.json()["order"].clone();
    let path = format!("/orders/{}/payments", order["token"].as_str().unwrap());
    let guess = json!({ "account_number": account().digits(), "pin": "314160" });
    for attempt in 1..10 {
        assert_eq!(api_keyed(&app, &path, &format!("guess-{attempt:03}"), &guess).await.status, 402);
    }
    let answer = api_keyed(&app, &path, "guess-last", &guess).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "600"));
    assert_eq!(answer.json()["code"], "too-many-tries");
    assert_eq!(answer.json()["retry_after_seconds"], 600);
    assert_eq!(world.purchases(), 10);
}

#[tokio::test]
async fn a_repeated_call_says_what_became_of_it_whatever_became_of_the_order() {
    let world = World::new();
    let app = world.app();
    let cart = api_cart(&app, KEYBOARD, 2).await;
    let mut body = api_order(&cart, "200.00");
    body["pin"] = json!("314159");
    let declined = api_keyed(&app, "/orders", "order-key-1", &body).await;
    assert_eq!((declined.status, &declined.json()["code"]), (402, &json!("incorrect-pin")));
    let token = declined.json()["order"]["token"].as_str().unwrap().to_owned();
    let path = format!("/orders/{token}/payments");
    let again = json!({ "account_number": body["account_number"], "pin": "314159" });
    let declined_again = api_keyed(&app, &path, "order-key-2", &again).await;
    assert_eq!(declined_again.status, 402, "{}", declined_again.text);
    let paid = json!({ "account_number": body["account_number"], "pin": PIN });
    assert_eq!(api_keyed(&app, &path, "order-key-3", &paid).await.status, 201);
    let cancelled = api(&app, Method::POST, &format!("/orders/{token}/cancel"), None).await.json();
    assert_eq!(cancelled["status"], "cancelled");
    for (path, key, sent, status) in [
        ("/orders", "order-key-1", &body, 402),
        (&path, "order-key-2", &again, 402),
        (&path, "order-key-3", &paid, 201),
    ] {
        let told = api_keyed(&app, path, key, sent).await;
        assert_eq!((told.status, told.header("idempotent-replay")), (status, "true"), "{key}: {}", told.text);
        if status == 402 {
            assert_eq!(told.json()["code"], "incorrect-pin", "{key}");
        }
    }
    assert_eq!(world.charged(), eur(0), "paid once and given back");
}
