//! The checkout page: paying, and everything that may be in the way.

use kit_web::testing::{Browser, call};
use poem::Request;
use poem::http::Method;
use shop_core::gateway::{Advice, Answer, Code};

use crate::world::{KEYBOARD, MOUSE, PIN, World, eur, filled, gift, hidden, order, put, send};

#[tokio::test]
async fn a_purchase_from_the_shelf_to_the_confirmation() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, PIN).await;
    let page = browser.get(&path).await;
    assert_eq!(page.status, 200);
    for words in ["Thank you. Your order is paid.", "2 × Tern 87", "€200.00", "Ada Lovelace", "SW1Y 4JH London"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(page.text.contains("Cancel this order") && !page.text.contains("Pay again"));
    assert_eq!(world.charged(), eur(20_000));
    assert_eq!(world.stock(KEYBOARD), 3);
    assert!(browser.get("/cart").await.text.contains("Your cart is empty"));
}

#[tokio::test]
async fn the_form_is_made_for_people_and_their_browsers() {
    let app = World::new().app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    let page = browser.get("/checkout").await;
    for token in ["name", "email", "address-line1", "postal-code", "address-level2", "country"] {
        assert!(page.text.contains(&format!("autocomplete=\"{token}\"")), "{token}");
    }
    let (_, pin) = page.text.split_once("id=\"pin\"").unwrap();
    let pin = pin.split_once('>').unwrap().0;
    assert!(pin.contains("type=\"password\"") && pin.contains("inputmode=\"numeric\""), "{pin}");
    assert!(pin.contains("autocomplete=\"off\"") && !pin.contains("value="), "{pin}");
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn mistakes_are_marked_and_what_was_typed_stays_but_for_the_pin() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    let page = browser.get("/checkout").await;
    let mut fields = filled(&page, "99887766554433");
    fields[3].1 = "ada".to_owned();
    fields[8].1 = "2400 0000 0184".to_owned();
    let answer = send(&mut browser, "/checkout", &fields).await;
    assert_eq!(answer.status, 400);
    for field in ["email", "account_number", "pin"] {
        assert!(answer.text.contains(&format!("id=\"{field}-error\"")), "{field}: {}", answer.text);
    }
    assert!(answer.text.contains("role=\"alert\"") && answer.text.contains("Please check this form"));
    for typed in ["value=\"Ada Lovelace\"", "value=\"ada\"", "value=\"2400 0000 0184\"", "value=\"London\""] {
        assert!(answer.text.contains(typed), "{typed}: {}", answer.text);
    }
    assert!(!answer.text.contains("99887766"));
    assert_eq!(hidden(&answer, "key"), fields[0].1, "nothing was decided: the key is still good");
    assert_eq!((world.orders(), world.purchases()), (0, 0));
}

#[tokio::test]
async fn the_same_form_sent_twice_is_one_order() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "2").await;
    let page = browser.get("/checkout").await;
    let fields = filled(&page, PIN);
    let first = send(&mut browser, "/checkout", &fields).await;
    let second = send(&mut browser, "/checkout", &fields).await;
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!((world.orders(), world.charged()), (1, eur(20_000)));
    // The back button, and another address: no second order, and the way to the first.
    let mut changed = fields;
    changed[4].1 = "1 Other Street".to_owned();
    let third = send(&mut browser, "/checkout", &changed).await;
    assert_eq!(third.status, 422);
    assert!(third.text.contains(&format!("<a href=\"{}\">", first.header("location"))), "{}", third.text);
    assert_eq!((world.orders(), world.charged()), (1, eur(20_000)));
}

#[tokio::test]
async fn a_changed_price_is_told_and_confirmed_anew() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "2").await;
    let page = browser.get("/checkout").await;
    let fields = filled(&page, PIN);
    world.stock_up("110.00", 5, 1);
    let answer = send(&mut browser, "/checkout", &fields).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("The total is now €220.00 instead of €200.00."), "{}", answer.text);
    assert!(answer.text.contains("Tern 87: now €110.00 instead of €100.00."), "{}", answer.text);
    assert!(answer.text.contains("value=\"Ada Lovelace\""));
    assert_ne!(hidden(&answer, "key"), fields[0].1, "what is confirmed now is another purchase");
    assert_eq!(world.purchases(), 0);
    let sent = send(&mut browser, "/checkout", &filled(&answer, PIN)).await;
    assert_eq!(sent.status, 303);
    assert_eq!(world.charged(), eur(22_000));
}

#[tokio::test]
async fn two_browsers_and_the_last_unit() {
    let world = World::new();
    let app = world.app();
    let (mut one, mut other) = (Browser::new(&app), Browser::new(&app));
    put(&mut one, MOUSE, "1").await;
    put(&mut other, MOUSE, "1").await;
    let forms = (filled(&one.get("/checkout").await, PIN), filled(&other.get("/checkout").await, PIN));
    let (first, second) = tokio::join!(send(&mut one, "/checkout", &forms.0), send(&mut other, "/checkout", &forms.1));
    let (won, lost) = if first.status == 303 { (first, second) } else { (second, first) };
    assert_eq!((won.status, lost.status), (303, 409));
    assert!(lost.text.contains("1 wanted, 0 left."), "{}", lost.text);
    assert!(!lost.text.contains("<button>Order and pay"), "it cannot be ordered any more");
    assert_eq!((world.orders(), world.stock(MOUSE), world.charged()), (1, 0, eur(2_490)));
}

#[tokio::test]
async fn an_order_of_nothing_needs_no_payment() {
    let world = World::new();
    gift(&world);
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "2").await;
    browser.submit("/cart", &[("action", "code"), ("code", "gift")]).await;
    let page = browser.get("/checkout").await;
    assert!(page.text.contains("Order for free") && !page.text.contains("pay €0.00"), "{}", page.text);
    let mut fields = filled(&page, PIN);
    fields.truncate(8);
    let sent = send(&mut browser, "/checkout", &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let page = browser.get(sent.header("location")).await;
    for part in [
        "Your order is confirmed.",
        "There was nothing to pay: the order was confirmed.",
        "Nothing was charged.",
        "Cancel this order",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(!page.text.contains("Your bank took the money"), "{}", page.text);
    assert_eq!((world.orders(), world.purchases()), (1, 0));
}

#[tokio::test]
async fn an_empty_cart_is_not_ordered() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    assert_eq!(browser.get("/checkout").await.header("location"), "/cart");
    put(&mut browser, KEYBOARD, "1").await;
    let fields = filled(&browser.get("/checkout").await, PIN);
    browser.submit("/cart", &[("sku", KEYBOARD), ("quantity", "1"), ("action", "remove")]).await;
    let answer = send(&mut browser, "/checkout", &fields).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("Your cart is empty. Please put something into it first."), "{}", answer.text);
    assert_eq!(world.orders(), 0);
}

#[tokio::test]
async fn a_tampered_form_does_nothing() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    let good = filled(&browser.get("/checkout").await, PIN);
    for (at, value) in [(0, ""), (0, "short"), (1, ""), (1, "-5"), (1, "a lot")] {
        let mut fields = good.clone();
        fields[at].1 = value.to_owned();
        let answer = send(&mut browser, "/checkout", &fields).await;
        assert_eq!(answer.status, 400, "{at} {value:?}");
        assert!(answer.text.contains("This request could not be read"), "{}", answer.text);
    }
    assert_eq!(world.orders(), 0);
}

#[tokio::test]
async fn a_visitor_who_is_declined_too_often_waits() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, "111222").await;
    for attempt in 2..=10 {
        let page = browser.get(&path).await;
        let fields = [
            ("key", hidden(&page, "key")),
            ("account_number", crate::world::account().digits()),
            ("pin", format!("1112{attempt:02}")),
        ];
        assert_eq!(send(&mut browser, &path, &fields).await.status, 303, "try {attempt}");
    }
    assert_eq!(world.purchases(), 10);
    let page = browser.get(&path).await;
    let fields =
        [("key", hidden(&page, "key")), ("account_number", crate::world::account().digits()), ("pin", PIN.to_owned())];
    let answer = send(&mut browser, &path, &fields).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "600"));
    assert!(answer.text.contains("Please try again in 10 minutes."), "{}", answer.text);
    assert_eq!(world.purchases(), 10, "the bank was not asked");
    world.advance(600);
    assert_eq!(send(&mut browser, &path, &fields).await.status, 303, "the same form, later");
    assert!(browser.get(&path).await.text.contains("Thank you"), "paid within the reservation");
}

#[tokio::test]
async fn replays_are_answered_whatever_was_declined() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    let paid_form = filled(&browser.get("/checkout").await, PIN);
    let paid = send(&mut browser, "/checkout", &paid_form).await;
    put(&mut browser, KEYBOARD, "1").await;
    let declined_form = filled(&browser.get("/checkout").await, "111222");
    let declined = send(&mut browser, "/checkout", &declined_form).await;
    for replay in 1..=13 {
        let again = send(&mut browser, "/checkout", &declined_form).await;
        assert_eq!((again.status, again.header("location")), (303, declined.header("location")), "replay {replay}");
    }
    let path = declined.header("location").to_owned();
    for attempt in 2..=10 {
        let page = browser.get(&path).await;
        let fields = [
            ("key", hidden(&page, "key")),
            ("account_number", crate::world::account().digits()),
            ("pin", format!("1112{attempt:02}")),
        ];
        assert_eq!(send(&mut browser, &path, &fields).await.status, 303, "only declines count: {attempt}");
    }
    // Ten declines: nothing new goes to the bank, and what was done stays done.
    let again = send(&mut browser, "/checkout", &paid_form).await;
    assert_eq!((again.status, again.header("location")), (303, paid.header("location")));
    assert_eq!(send(&mut browser, "/checkout", &declined_form).await.status, 303);
    put(&mut browser, MOUSE, "1").await;
    let fresh = filled(&browser.get("/checkout").await, PIN);
    let refused = send(&mut browser, "/checkout", &fresh).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "600"));
    assert!(refused.text.contains("This one was not sent to your bank"), "{}", refused.text);
    assert!(refused.text.contains("value=\"Ada Lovelace\"") && !refused.text.contains(PIN), "{}", refused.text);
    assert_eq!(hidden(&refused, "key"), fresh[0].1, "nothing was decided: the key is still good");
    assert_eq!((world.purchases(), world.orders(), world.charged()), (11, 2, eur(10_000)));
}

#[tokio::test]
async fn a_shop_that_cannot_write_keeps_what_was_typed() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    let fields = filled(&browser.get("/checkout").await, PIN);
    world.disk_is_full(true);
    let answer = send(&mut browser, "/checkout", &fields).await;
    assert_eq!(answer.status, 503);
    assert!(answer.text.contains("nothing was done"), "{}", answer.text);
    for typed in ["value=\"Ada Lovelace\"", "value=\"London\"", "Order and pay €100.00"] {
        assert!(answer.text.contains(typed), "{typed}: {}", answer.text);
    }
    assert!(!answer.text.contains(PIN));
    assert_eq!(hidden(&answer, "key"), fields[0].1);
    assert!(!answer.text.contains("See the order that this form has placed"), "{}", answer.text);
    world.disk_is_full(false);
    let fields = filled(&answer, PIN);
    let placed = send(&mut browser, "/checkout", &fields).await;
    assert_eq!(placed.status, 303);
    // Sent once more while nothing can be written: what happened before is not denied.
    world.disk_is_full(true);
    let again = send(&mut browser, "/checkout", &fields).await;
    assert!(again.text.contains(&format!("<a href=\"{}\">", placed.header("location"))), "{}", again.text);
    assert_eq!((world.orders(), world.charged()), (1, eur(10_000)));
}

#[tokio::test]
async fn a_pin_is_in_no_answer() {
    let pin = "918273645";
    for outcome in [
        Answer::Unknown,
        Answer::NotSent,
        Answer::Declined { code: Code::new("incorrect-pin"), advice: Advice::RetryWithNewPin },
        Answer::Mismatch { field: "amount".to_owned() },
    ] {
        let world = World::new();
        world.bank.then(outcome);
        let app = world.app();
        let mut browser = Browser::new(&app);
        put(&mut browser, KEYBOARD, "1").await;
        let fields = filled(&browser.get("/checkout").await, pin);
        let sent = send(&mut browser, "/checkout", &fields).await;
        let page = browser.get(sent.header("location")).await;
        for answer in [&sent, &page] {
            assert!(!answer.text.contains(pin) && !format!("{:?}", answer.headers).contains(pin));
        }
    }
}

#[tokio::test]
async fn the_form_comes_back_filled_when_the_session_was_lost() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "2").await;
    let page = browser.get("/checkout").await;
    let mut typed = filled(&page, PIN);
    typed.push(("note", "Ring twice".to_owned()));
    typed.push(("cart", hidden(&page, "cart")));
    browser.clear_cookies();
    let back = send(&mut browser, "/checkout", &typed).await;
    assert_eq!(back.status, 403, "{}", back.text);
    assert!(back.text.contains("Your session in this browser had ended, so nothing was done."), "{}", back.text);
    for value in ["Ada Lovelace", "ada@example.org", "12 St James&#39;s Square", "SW1Y 4JH", "London", "Ring twice"] {
        assert!(back.text.contains(value), "{value}: {}", back.text);
    }
    assert!(!back.text.contains(PIN), "the PIN is typed again");
    assert_eq!((world.orders(), world.charged()), (0, eur(0)));
    let mut again = filled(&back, PIN);
    again.push(("cart", hidden(&back, "cart")));
    assert_eq!(hidden(&back, "key"), hidden(&page, "key"), "it still pays at most once");
    assert_eq!(send(&mut browser, "/checkout", &again).await.status, 303);
    assert_eq!((world.orders(), world.charged()), (1, eur(20_000)));
    assert!(browser.get("/cart").await.text.contains("Your cart is empty"));
}

#[tokio::test]
async fn no_other_website_fills_in_a_form() {
    let world = World::new();
    let app = world.app();
    for (header, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "none"), ("origin", "https://evil.example"), ("x", "y")]
    {
        for path in ["/checkout", "/orders/find"] {
            let request = Request::builder()
                .method(Method::POST)
                .uri(path.parse().unwrap())
                .header("host", "site.test")
                .header(header, value)
                .content_type("application/x-www-form-urlencoded")
                .body("name=Mallory&email=mallory%40example.org&number=X");
            let answer = call(&app, request).await;
            assert_eq!(answer.status, 403, "{path} {header}");
            assert!(!answer.text.to_lowercase().contains("mallory"), "{path} {header}: {}", answer.text);
        }
    }
    let own = Method::from_bytes(b"AGAIN").unwrap();
    let request = Request::builder().method(own).uri("/checkout".parse().unwrap()).header("host", "site.test").finish();
    assert_eq!(call(&app, request).await.status, 405, "no request has the method that shows a form again");
}
