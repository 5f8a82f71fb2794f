//! Shipping, invoices and credit notes, and finding an order without its link.

use kit_core::{Money, Zone};
use shop_core::gateway::Answer;
use shop_core::{Checkout, DeliveryEstimate, Field, FieldProblem, OrderNumber, Refusal, ShopConfig, Slug};

use crate::world::{KEYBOARD, MOUSE, World, eur, form, payment, refusal};

fn slug(text: &str) -> Slug {
    Slug::parse(text).expect("a slug")
}

#[test]
fn an_order_is_sent_as_its_customer_chose() {
    for world in [World::new(), World::on_disk()] {
        let cart = world.cart(&[(MOUSE, 1)]);
        let offers = world.shop.shipping_methods(&cart).expect("offers");
        let told: Vec<_> = offers.iter().map(|o| (o.method.id.as_str(), o.price.minor, o.total.minor)).collect();
        assert_eq!(told, [("standard", 490, 2_490), ("express", 1_290, 3_290), ("pickup", 0, 2_000)]);
        let by = |method, key, total| Checkout { shipping: Some(slug(method)), ..form(key, eur(total)) };
        let unknown = refusal(world.shop.checkout(&cart, &by("pigeon", "form-key-1", 2_000)));
        let Refusal::FieldsInvalid { fields } = unknown else { panic!("another refusal") };
        assert_eq!((fields[0].field, fields[0].problem), (Field::Shipping, FieldProblem::UnknownChoice));
        let Refusal::PriceChanged(change) = refusal(world.shop.checkout(&cart, &by("express", "form-key-2", 2_490)))
        else {
            panic!("another refusal")
        };
        assert_eq!(change.reasons, [shop_core::ChangeReason::Shipping]);
        let note = "Second door,\nplease.".to_owned();
        let placed = world.shop.checkout(&cart, &Checkout { note, ..by("express", "form-key-3", 3_290) });
        let order = placed.expect("placed").order.order;
        assert_eq!(
            (order.shipping.name.as_str(), order.shipping.price, order.total),
            ("Express", eur(1_290), eur(3_290))
        );
        assert_eq!(order.note, "Second door,\nplease.");
        // Placed on a Sunday: one working day later is Monday.
        let DeliveryEstimate { earliest, latest } = order.delivery(world.shop.calendar());
        assert_eq!((earliest.civil().2, latest.civil().2), (23, 23));
        assert_eq!(world.shop.delivery_estimate().expect("read").latest.civil().2, 25);
        assert_eq!(world.charged(), eur(3_290));
    }
}

#[test]
fn invoices_are_numbered_without_a_gap_and_add_up() {
    for world in [World::new(), World::on_disk()] {
        let order = |key: &str| {
            let cart = world.cart(&[(KEYBOARD, 1)]);
            world.shop.checkout(&cart, &form(key, eur(10_000))).expect("placed")
        };
        let first = order("form-key-1");
        world.bank.then(Answer::NotSent);
        let unpaid = order("form-key-2");
        assert_eq!(refusal(world.shop.invoice(&unpaid.token)), Refusal::NotInvoiced);
        let third = order("form-key-3");
        world.shop.pay_again(&unpaid.token, &payment("form-key-4")).expect("paid");
        let number =
            |placed: &shop_core::PlacedOrder| world.shop.invoice(&placed.token).expect("an invoice").number.to_string();
        assert_eq!([number(&first), number(&third), number(&unpaid)], ["INV-000001", "INV-000002", "INV-000003"]);

        let invoice = world.shop.invoice(&first.token).expect("an invoice");
        let sum = |part: fn(&shop_core::VatSum) -> Money| invoice.vat.iter().map(|sum| part(sum).minor).sum::<i64>();
        assert_eq!((sum(|s| s.gross), sum(|s| s.vat), sum(shop_core::VatSum::net)), (10_000, 1_597, 8_403));
        assert_eq!(
            (invoice.total, invoice.paid.as_ref().expect("paid").amount, invoice.cancels),
            (eur(10_000), eur(10_000), None)
        );
        assert_eq!(refusal(world.shop.credit_note(&first.token)), Refusal::NotInvoiced);
        world.shop.cancel(&first.token).expect("cancelled");
        let note = world.shop.credit_note(&first.token).expect("a credit note");
        assert_eq!((note.number.to_string(), note.cancels), ("CRN-000001".to_owned(), Some(invoice.number)));
        assert_eq!(world.shop.invoice(&first.token).expect("it stays"), invoice);
        let report = world.shop.reconcile(|_| {}).expect("compared");
        assert_eq!((report.differences, report.orders), (0, 3));
    }
}

#[test]
fn an_order_is_found_by_number_and_address() {
    for world in [World::new(), World::on_disk()] {
        let placed = world.order_two("form-key-1");
        let number = placed.order.order.number;
        let found = world.shop.find_order(number, " Ada@EXAMPLE.org ").expect("found");
        assert_ne!(found.token.reveal(), placed.token.reveal());
        assert_eq!(world.shop.order(&found.token).expect("it opens").order.number, number);
        // What nobody knows and what is somebody else's are told alike.
        let nobody = OrderNumber::from_random([7; 5]);
        assert_eq!(refusal(world.shop.find_order(nobody, "ada@example.org").map(drop)), Refusal::OrderNotFound);
        assert_eq!(refusal(world.shop.find_order(number, "eve@example.org").map(drop)), Refusal::OrderNotFound);
        world.advance(30 * 24 * 60 * 60 - 1);
        assert!(world.shop.order(&found.token).is_ok());
        world.advance(1);
        assert_eq!(refusal(world.shop.order(&found.token)), Refusal::OrderNotFound);
        world.shop.sweep().expect("swept");
        assert!(world.shop.order(&placed.token).is_ok(), "the first token opens it for ever");
    }
}

/// A form counts once, whichever of the order's tokens its customer came with.
#[test]
fn a_found_order_is_paid_once_under_a_key() {
    let world = World::new();
    world.bank.then(Answer::NotSent);
    let placed = world.order_two("form-key-1");
    let found = world.shop.find_order(placed.order.order.number, "ada@example.org").expect("found");
    let paid = world.shop.pay_again(&found.token, &payment("form-key-2")).expect("paid");
    assert_eq!((paid.order.status.code(), paid.replayed), ("paid", false));
    let again = world.shop.pay_again(&placed.token, &payment("form-key-2")).expect("the same form");
    assert!(again.replayed);
    assert!(world.shop.was_sent(&found.token, &payment("form-key-2").key).expect("read"));
    assert_eq!(world.charged(), eur(20_000));
}

#[test]
fn deliveries_are_counted_by_the_days_of_the_shops_zone() {
    for world in [World::new(), World::on_disk()] {
        let zone = |name: &str| ShopConfig { time_zone: Zone::parse(name).ok(), ..ShopConfig::default() };
        // Sunday, 22 November 2026, 16:07 UTC.
        let world = world.configured(zone("America/New_York"));
        world.advance(24 * 3_600 + 10 * 3_600 + 15 * 60);
        // Monday, 21:22 in New York: in UTC it is Tuesday.
        let cart = world.cart(&[(MOUSE, 1)]);
        let pickup = |world: &World| {
            let offers = world.shop.shipping_methods(&world.cart(&[(KEYBOARD, 1)])).expect("offers");
            offers
                .into_iter()
                .find(|offer| offer.method.pickup)
                .expect("one is to be fetched")
                .delivery
                .earliest
                .to_string()
        };
        assert_eq!(pickup(&world), "2026-11-23", "ready today");
        let fetched = Checkout { shipping: Some(slug("pickup")), ..form("form-key-1", eur(2_000)) };
        let placed = world.shop.checkout(&cart, &fetched).expect("placed");
        let promised = world.view(&placed).delivery;
        assert_eq!(promised.earliest.to_string(), "2026-11-23");
        assert_eq!(world.shop.invoice(&placed.token).expect("an invoice").delivery, promised);
        // In another zone what was promised stays, and so does the day that was.
        let world = world.configured(zone("Asia/Taipei"));
        world.advance(1);
        assert_eq!(world.view(&placed).delivery, promised);
        assert_eq!(world.shop.invoice(&placed.token).expect("an invoice").delivery, promised);
        assert_eq!(pickup(&world), "2026-11-24", "it is Tuesday in Taipei");
        // Whoever names no zone changes none.
        let world = world.configured(ShopConfig::default());
        assert_eq!(world.shop.calendar().zone(), Zone::parse("Asia/Taipei").expect("a zone"));
    }
}
