//! The orders of a device, finding one by its number, invoices, and what the cart and the checkout make of codes, ways of
//! shipping and notes.

use kit_core::Token;
use kit_web::testing::Browser;
use poem::Endpoint;
use shop_core::{MailKind, OrderNumber, OrderSlice};

use crate::world::{KEYBOARD, MOUSE, PIN, World, eur, filled, order, put, send, spring, tenth};

fn number(world: &World) -> OrderNumber {
    world.shop.orders(&OrderSlice { limit: 1, ..OrderSlice::default() }).unwrap()[0].number
}

async fn find<E: Endpoint>(browser: &mut Browser<'_, E>, number: &str, email: &str) -> kit_web::testing::Answer {
    browser.get("/orders/find").await;
    browser.post("/orders/find", &[("number", number), ("email", email)]).await
}

#[tokio::test]
async fn a_device_knows_its_orders_until_it_is_told_to_forget_them() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    assert!(browser.get("/orders").await.text.contains("No orders on this device"));
    let path = order(&mut browser, PIN).await;
    let title = format!("Order {}", number(&world));
    let list = browser.get("/orders").await;
    for part in [&title, &format!("href=\"{path}\""), "Paid", "€200.00", "Tern 87"] {
        assert!(list.text.contains(part), "{part}: {}", list.text);
    }
    assert!(!Browser::new(&app).get("/orders").await.text.contains(&title), "another device");
    let forgotten = browser.submit("/orders", &[]).await;
    assert!(forgotten.text.contains("No orders on this device"), "{}", forgotten.text);
    assert_eq!(browser.get(&path).await.status, 200, "the order is as it was");
}

#[tokio::test]
async fn an_order_is_found_by_its_number_and_address_and_listed_once() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, PIN).await;
    let number = number(&world).to_string();
    let typed = number.to_lowercase().replace('-', "");
    let mut other = Browser::new(&app);
    for browser in [&mut other, &mut browser] {
        let found = find(browser, &typed, " ADA@example.org ").await;
        assert_eq!(found.status, 303, "{}", found.text);
        assert_ne!(found.header("location"), path, "a link of its own");
        let page = browser.get(found.header("location")).await;
        assert!(page.text.contains(&format!("Order {number}")), "{}", page.text);
        let list = browser.get("/orders").await;
        assert_eq!(list.text.matches(&format!("Order {number}")).count(), 1, "{}", list.text);
    }
    for typed in [format!("#{number}"), format!(" # {}", typed.to_uppercase()), number.replace('-', "\u{a0}")] {
        assert_eq!(find(&mut other, &typed, "ada@example.org").await.status, 303, "{typed:?}");
    }
    let body = serde_json::json!({ "number": format!("#{number}"), "email": "ada@example.org" });
    assert_eq!(crate::world::api(&app, poem::http::Method::POST, "/orders/find", Some(&body)).await.status, 201);
    // The link in a mail fills the number in.
    let page = browser.get(&format!("/orders/find?number={typed}")).await;
    assert!(page.text.contains(&format!("value=\"{number}\"")), "{}", page.text);
    let attack = browser.get("/orders/find?number=%22%3E%3Cscript%3E").await;
    assert!(!attack.text.contains("<script>"), "{}", attack.text);
}

#[tokio::test]
async fn wrong_guesses_at_orders_are_told_alike_and_counted() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    order(&mut browser, PIN).await;
    let number = number(&world).to_string();
    let mut answers = Vec::new();
    for (number, email) in [(number.as_str(), "eve@example.org"), ("0000-0000", "ada@example.org")] {
        let answer = find(&mut browser, number, email).await;
        assert_eq!(answer.status, 404);
        assert!(answer.text.contains("We find no order with this number and e-mail address."), "{}", answer.text);
        answers.push(answer.text.matches("field-error").count());
    }
    assert_eq!(answers[0], answers[1], "nobody learns which of the two was wrong");
    for _ in 2..10 {
        assert_eq!(find(&mut browser, &number, "eve@example.org").await.status, 404);
    }
    let answer = find(&mut browser, &number, "ada@example.org").await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "600"), "the right one, too late");
    assert!(answer.text.contains("Too many tries from your address."), "{}", answer.text);
    world.advance(600);
    assert_eq!(find(&mut browser, &number, "ada@example.org").await.status, 303);
}

#[tokio::test]
async fn an_invoice_is_read_and_taken_away() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, PIN).await;
    assert!(browser.get(&path).await.text.contains(&format!("href=\"{path}/invoice\"")));
    let page = browser.get(&format!("{path}/invoice")).await;
    for part in ["Invoice INV-000001", "Tern 87", "€200.00", "Net at 19\u{a0}%", "€168.07", "€31.93", "Ada Lovelace"]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let file = browser.get(&format!("{path}/invoice.pdf")).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"));
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"INV-000001.pdf\"");
    for (missing, status) in [("credit-note", 409), ("credit-note.pdf", 409), ("receipt", 404), ("invoice.exe", 404)] {
        assert_eq!(browser.get(&format!("{path}/{missing}")).await.status, status, "{missing}");
    }
    let stranger = format!("/orders/{}/invoice", Token::from_bytes([7; 32]).reveal());
    assert_eq!(browser.get(&stranger).await.status, 404);

    browser.get(&path).await;
    assert_eq!(browser.post(&path, &[("action", "cancel")]).await.status, 303);
    let note = browser.get(&format!("{path}/credit-note")).await;
    for part in ["Credit note CRN-000001", "INV-000001", "Given back", "€200.00"] {
        assert!(note.text.contains(part), "{part}: {}", note.text);
    }
}

/// A price whose double is not the sum of any net amount and its 19 %, and the pair that is one cent below.
fn price_that_leaves_a_cent() -> (i64, i64, i64) {
    let vat = |net: i64| (net * 19 + 50) / 100;
    // Halves would be rounded to even: sums that only those could make are passed over.
    let sums = |net: i64| [net + vat(net), net + (net * 19 + 49) / 100];
    let price = (10_000..11_000).find(|price| (0..2 * price).all(|net| !sums(net).contains(&(2 * price))));
    let price = price.expect("about every sixth");
    let net = (0..2 * price).find(|net| net + vat(*net) == 2 * price - 1).expect("one cent below there is one");
    (price, net, vat(net))
}

/// All that a PDF says, each run of blanks as one.
pub(crate) fn text_of_pdf(file: &[u8]) -> String {
    let document = lopdf::Document::load_mem(file).expect("a PDF");
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let text = document.extract_text(&pages).expect("text that can be copied");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn what_rounding_leaves_over_is_named_on_the_invoice_and_in_its_file() {
    let (price, net, vat) = price_that_leaves_a_cent();
    let cents = |minor: i64| (minor / 100, minor % 100);
    let english = |minor: i64| format!("€{}.{:02}", cents(minor).0, cents(minor).1);
    let german = |minor: i64| format!("{},{:02} €", cents(minor).0, cents(minor).1);
    for (language, title, rounding) in [("en", "Invoice", "Rounding"), ("de", "Rechnung", "Rundung")] {
        let money = |minor| if language == "en" { english(minor) } else { german(minor) };
        let world = World::new();
        world.stock_up(&format!("{}.{:02}", price / 100, price % 100), 5, 1);
        let app = world.app();
        let mut browser = Browser::new(&app);
        browser.get("/").await;
        browser.post("/language", &[("language", language)]).await;
        let path = order(&mut browser, PIN).await;
        let page = browser.get(&format!("{path}/invoice")).await;
        let shown = page.text.replace('\u{a0}', " ");
        let row = format!(">{rounding}</th><td class=\"price\">{}</td>", money(1));
        for part in [title, &row, &money(net), &money(vat), &money(2 * price)] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        let file = browser.get(&format!("{path}/invoice.pdf")).await;
        let copied = text_of_pdf(&file.body);
        for part in [title, rounding, &money(1), &money(net), &money(vat), &money(2 * price)] {
            assert!(copied.contains(part), "{part}: {copied}");
        }
    }
    // Where a pair exists nothing is left over, and nothing is said of it.
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    let path = order(&mut browser, PIN).await;
    assert!(!browser.get(&format!("{path}/invoice")).await.text.contains("Rounding"));
    assert!(!text_of_pdf(&browser.get(&format!("{path}/invoice.pdf")).await.body).contains("Rounding"));
}

#[tokio::test]
async fn wrong_codes_of_one_browser_never_affect_another() {
    let world = World::new();
    spring(&world);
    let app = world.app();
    let (mut eve, mut ada) = (Browser::new(&app), Browser::new(&app));
    put(&mut eve, KEYBOARD, "1").await;
    put(&mut ada, KEYBOARD, "1").await;
    for n in 0..30 {
        let page = eve.submit("/cart", &[("action", "code"), ("code", &format!("NEVER-{n}"))]).await;
        assert_eq!(page.status, 422, "{}", page.text);
    }
    for browser in [&mut ada, &mut eve] {
        let page = browser.submit("/cart", &[("action", "code"), ("code", "spring\u{200b} 10 ")]).await;
        assert!(page.text.contains("The code SPRING-10 takes €10.00 off."), "{}", page.text);
    }
}

#[tokio::test]
async fn a_code_makes_the_cart_cheaper_or_says_why_not() {
    let world = World::new();
    spring(&world);
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "2").await;
    let page = browser.submit("/cart", &[("action", "code"), ("code", "nope")]).await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("id=\"code-error\"") && page.text.contains("<details open>"), "{}", page.text);
    let page = browser.submit("/cart", &[("action", "code"), ("code", "spring-10")]).await;
    assert!(
        page.text.contains("The code SPRING-10 takes €20.00 off.") && page.text.contains("€180.00"),
        "{}",
        page.text
    );
    let checkout = browser.get("/checkout").await;
    let placed = send(&mut browser, "/checkout", &filled(&checkout, PIN)).await;
    assert_eq!(placed.status, 303, "{}", placed.text);
    let page = browser.get(placed.header("location")).await;
    assert!(page.text.contains("Discount SPRING-10") && page.text.contains("−€20.00"), "{}", page.text);
    assert_eq!(world.charged(), eur(18_000));
}

/// Fills the cart, uses the code and goes to the checkout.
async fn checkout_with_code<E: Endpoint>(browser: &mut Browser<'_, E>) -> kit_web::testing::Answer {
    put(browser, KEYBOARD, "1").await;
    browser.submit("/cart", &[("action", "code"), ("code", "SPRING-10")]).await;
    browser.get("/checkout").await
}

#[tokio::test]
async fn a_code_that_an_address_has_used_is_dropped_with_the_reason_and_the_order_goes_on_without() {
    let world = World::new();
    tenth(&world, None, true);
    let app = world.app();
    let mut browser = Browser::new(&app);
    let page = checkout_with_code(&mut browser).await;
    assert_eq!(send(&mut browser, "/checkout", &filled(&page, PIN)).await.status, 303);
    assert_eq!(world.charged(), eur(9_000));

    let page = checkout_with_code(&mut browser).await;
    let refused = send(&mut browser, "/checkout", &filled(&page, PIN)).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text.contains("You have used this code before"), "{}", refused.text);
    assert!(!refused.text.contains("€90.00</"), "the price without it: {}", refused.text);
    assert_eq!(send(&mut browser, "/checkout", &filled(&refused, PIN)).await.status, 303, "confirmed");
    assert_eq!(world.charged(), eur(9_000 + 10_000));
}

#[tokio::test]
async fn whether_an_address_has_used_a_code_is_not_told_to_whoever_asks_often() {
    let world = World::new();
    tenth(&world, None, true);
    let app = world.app();
    let mut browser = Browser::new(&app);
    let page = checkout_with_code(&mut browser).await;
    assert_eq!(send(&mut browser, "/checkout", &filled(&page, PIN)).await.status, 303);
    for asked in 0..10 {
        let page = checkout_with_code(&mut browser).await;
        assert_eq!(send(&mut browser, "/checkout", &filled(&page, PIN)).await.status, 409, "{asked}");
        browser.submit("/cart", &[("action", "set"), ("sku", KEYBOARD), ("quantity", "1")]).await;
    }
    let page = checkout_with_code(&mut browser).await;
    let answer = send(&mut browser, "/checkout", &filled(&page, PIN)).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "600"));
}

#[tokio::test]
async fn a_code_that_is_taken_back_takes_nothing_off() {
    let world = World::new();
    spring(&world);
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, KEYBOARD, "1").await;
    assert!(browser.submit("/cart", &[("action", "code"), ("code", "SPRING-10")]).await.text.contains("€90.00"));
    let page = browser.submit("/cart", &[("action", "remove-code")]).await;
    assert!(page.text.contains("€100.00") && !page.text.contains("€90.00"), "{}", page.text);
}

#[tokio::test]
async fn every_way_of_shipping_shows_its_total_and_costs_no_more() {
    let world = World::new();
    let app = world.app();
    let mut browser = Browser::new(&app);
    put(&mut browser, MOUSE, "1").await;
    let page = browser.get("/checkout").await;
    for value in ["standard 24.90", "express 32.90", "pickup 20.00"] {
        assert!(page.text.contains(&format!("name=\"shipping\" value=\"{value}\"")), "{value}: {}", page.text);
    }
    let mut fields = filled(&page, PIN);
    let shipping = fields.iter().position(|(name, _)| *name == "shipping").unwrap();
    // A total that did not stand on the page buys nothing, and the choice stays.
    for (sent, status) in [("express 1.00", 409), ("express", 400), ("express 1.0.0", 400), ("nowhere 20.00", 400)] {
        fields[shipping].1 = sent.to_owned();
        let answer = send(&mut browser, "/checkout", &fields).await;
        assert_eq!((answer.status, world.purchases()), (status, 0), "{sent}: {}", answer.text);
        let ticked = answer.text.contains("value=\"express 32.90\" checked");
        assert_eq!(ticked, status == 409, "{sent}: {}", answer.text);
    }
    let mut fields = filled(&browser.get("/checkout").await, PIN);
    fields[shipping].1 = "pickup 20.00".to_owned();
    fields.retain(|(name, _)| !matches!(*name, "country" | "postal_code"));
    fields.push(("postal_code", "10115".to_owned()));
    fields.push(("note", "I come\r\nat <b>noon</b>.".to_owned()));
    let placed = send(&mut browser, "/checkout", &fields).await;
    assert_eq!(placed.status, 303, "{}", placed.text);
    let page = browser.get(placed.header("location")).await;
    for part in
        ["Pick it up yourself", "Ready 23 November 2026", "at &#60;b&#62;noon&#60;/b&#62;.", "Germany", "€20.00"]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert_eq!(world.charged(), eur(2_000));
    // What is fetched is on nobody's way.
    world.shop.ship(number(&world)).unwrap();
    let page = browser.get(placed.header("location")).await.text;
    assert!(page.contains("Your order is ready for you") && !page.contains("parcel"), "{page}");
    assert!(browser.get("/orders").await.text.contains("Ready for you"));
    let letters = world.shop.letters(10).unwrap();
    let told = letters.iter().filter(|letter| letter.mail.kind == MailKind::Shipped && letter.order.shipping.pickup);
    assert_eq!(told.count(), 1);
}
