//! What the customer is told in each state of an order: what is known, what to do now, what not to do.
//!
//! | state | open | to do | not to do |
//! |---|---|---|---|
//! | not paid, in time | | pay or cancel | |
//! | not paid, too late | yes | | |
//! | checking | yes | wait | pay or order again |
//! | waiting for approval | yes | confirm at the bank | pay again |
//! | paid, shipped | | | |
//! | refunding | yes | wait | |
//! | refund delayed | | wait for us | |
//! | cancelled, ended | | | |
//!
//! *Open* is a state that changes by itself, within a minute as a rule: its page has a link to check again, and a
//! script that does so. While nobody knows whether the bank took the money, no word here invites anybody to pay.

use kit_core::Timestamp;
use kit_web::Words;
use shop_core::{Ending, EventKind, Failure, OrderStatus, OrderView};

use crate::pages::told;

/// What the page of an order says of its state.
pub(super) struct Told {
    /// How far it has come.
    pub(super) heading: String,
    /// Why the last payment failed, where that still matters.
    pub(super) failure: Option<String>,
    /// What is known.
    pub(super) known: String,
    /// What to do now.
    pub(super) next: String,
    /// What not to do.
    pub(super) never: Option<String>,
    /// Whether it changes by itself: to look again makes sense.
    pub(super) open: bool,
}

impl Told {
    pub(super) fn of(t: Words<'_>, view: &OrderView) -> Self {
        // The texts of a state share their beginning.
        let knowing = |state: &str, known: String| Self {
            heading: t.say(state).to_string(),
            failure: None,
            known,
            next: t.say_or(&format!("{state}-next"), ""),
            never: Some(t.say_or(&format!("{state}-never"), "")).filter(|never| !never.is_empty()),
            open: false,
        };
        let told = |state: &str| knowing(state, t.say(&format!("{state}-known")).to_string());
        let until = |state: &str, at: Timestamp| {
            knowing(state, t.say(&format!("{state}-known")).with("until", t.date_time(at)).to_string())
        };
        match &view.status {
            OrderStatus::AwaitingPayment { reserved_until } if view.may_pay_again() => {
                Self { failure: failure(t, view), ..until("order-unpaid", *reserved_until) }
            }
            OrderStatus::AwaitingPayment { reserved_until } => {
                Self { open: true, ..until("order-late", *reserved_until) }
            }
            OrderStatus::Checking => Self { open: true, ..told("order-checking") },
            OrderStatus::AwaitingApproval { until: at, .. } => {
                let alone = approval(view).is_none();
                let next = if alone { "order-approval-next-alone" } else { "order-approval-next" };
                Self { next: t.say(next).to_string(), open: true, ..until("order-approval", *at) }
            }
            OrderStatus::Paid if view.order.is_free() => told("order-free"),
            OrderStatus::Paid => told("order-paid"),
            OrderStatus::Shipped if view.order.shipping.pickup => told("order-ready"),
            OrderStatus::Shipped => told("order-shipped"),
            OrderStatus::Refunding => Self { open: true, ..told("order-refunding") },
            OrderStatus::RefundDelayed => told("order-refund-delayed"),
            OrderStatus::Cancelled { refunded } => {
                let known = if *refunded { "order-cancelled-refunded" } else { "order-cancelled-uncharged" };
                knowing("order-cancelled", t.say(known).to_string())
            }
            OrderStatus::NotPaid => Self { next: t.say("order-ended-next").to_string(), ..ended(t, view, knowing) },
        }
    }
}

/// Why an order ended without a payment. Whoever ordered should not have to guess between these.
fn ended(t: Words<'_>, view: &OrderView, knowing: impl Fn(&str, String) -> Told) -> Told {
    let told = |ending: &str| knowing(ending, t.say(&format!("{ending}-known")).to_string());
    match view.ending() {
        Some(Ending::TimedOut) => told("order-ended-timed-out"),
        Some(Ending::NotConfirmed) => told("order-ended-not-confirmed"),
        Some(Ending::Declined { .. }) => Told { failure: failure(t, view), ..told("order-ended-declined") },
        Some(Ending::ReservationRanOut) | None => {
            let until = t.date_time(view.order.reserved_until);
            knowing("order-ended-not-paid", t.say("order-ended-not-paid-known").with("until", until).to_string())
        }
    }
}

fn failure(t: Words<'_>, view: &OrderView) -> Option<String> {
    let failure: Option<&Failure> = view.last_attempt()?.failure.as_ref();
    failure.is_some().then(|| told::failure(t, failure))
}

/// The bank's page. An address that is not the web's becomes no link: it comes from outside.
pub(super) fn approval(view: &OrderView) -> Option<&str> {
    match &view.status {
        OrderStatus::AwaitingApproval { url, .. } if url.starts_with("https://") || url.starts_with("http://") => {
            Some(url)
        }
        _ => None,
    }
}

/// What the order's state was when it was looked at, and how often the bank was asked by then.
pub(super) fn as_of(t: Words<'_>, view: &OrderView) -> String {
    let asked = match view.status {
        OrderStatus::Checking | OrderStatus::AwaitingApproval { .. } => view.last_attempt().map_or(0, |a| a.claims),
        OrderStatus::Refunding => view.refunds.last().map_or(0, |refund| refund.claims),
        _ => 0,
    };
    t.say("order-as-of").with("asked", asked).with("now", t.date_time(view.as_of)).to_string()
}

/// One entry of the order's history.
pub(super) struct Entry {
    /// When, for people.
    pub(super) at: String,
    /// When, for programs.
    pub(super) datetime: String,
    /// What happened.
    pub(super) words: String,
}

/// The order's history, oldest first.
pub(super) fn history(t: Words<'_>, view: &OrderView) -> Vec<Entry> {
    let entry = |event: &shop_core::Event| Entry {
        at: t.date_time(event.at),
        datetime: event.at.rfc3339_seconds(),
        words: match event.kind {
            EventKind::Paid if view.order.is_free() => t.say("event-free").to_string(),
            kind => event_words(t, kind),
        },
    };
    view.events.iter().map(entry).collect()
}

/// What is still to come, as far as it goes its usual way.
pub(super) fn ahead(t: Words<'_>, view: &OrderView) -> Vec<String> {
    let keys: &[&str] = match view.status {
        OrderStatus::AwaitingPayment { .. } | OrderStatus::Checking | OrderStatus::AwaitingApproval { .. } => {
            &["ahead-paid", "ahead-shipped"]
        }
        OrderStatus::Paid => &["ahead-shipped"],
        OrderStatus::Refunding | OrderStatus::RefundDelayed => &["ahead-refunded"],
        OrderStatus::Shipped | OrderStatus::Cancelled { .. } | OrderStatus::NotPaid => &[],
    };
    let pickup = view.order.shipping.pickup;
    let fetched =
        |key: &str| if pickup && key == "ahead-shipped" { "ahead-fetched".to_owned() } else { key.to_owned() };
    keys.iter().map(|key| t.say(&fetched(key)).to_string()).collect()
}

/// When it arrives, as long as that may be promised.
pub(super) fn delivery(t: Words<'_>, view: &OrderView) -> Option<String> {
    let coming = matches!(view.status, OrderStatus::Paid | OrderStatus::Shipped);
    coming.then(|| told::delivery(t, view.delivery, view.order.shipping.pickup, view.as_of))
}

fn event_words(t: Words<'_>, kind: EventKind) -> String {
    t.say(&format!("event-{}", kind.code())).to_string()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use kit_core::Language;

    use super::*;
    use crate::words::words;

    #[test]
    fn every_event_has_words_of_its_own() {
        for language in Language::ALL {
            let words: HashSet<_> = EventKind::ALL
                .iter()
                .map(|kind| event_words(words(language, kit_core::Calendar::UTC), *kind))
                .collect();
            assert_eq!(words.len(), EventKind::ALL.len());
        }
    }
}
