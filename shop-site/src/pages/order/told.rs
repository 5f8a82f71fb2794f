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

use shop_core::{Ending, EventKind, Failure, OrderStatus, OrderView};

use crate::pages::told;

/// What the page of an order says of its state.
pub(super) struct Told {
    /// How far it has come.
    pub(super) heading: &'static str,
    /// Why the last payment failed, where that still matters.
    pub(super) failure: Option<&'static str>,
    /// What is known.
    pub(super) known: String,
    /// What to do now.
    pub(super) next: &'static str,
    /// What not to do.
    pub(super) never: Option<&'static str>,
    /// Whether it changes by itself: to look again makes sense.
    pub(super) open: bool,
}

impl Told {
    pub(super) fn of(view: &OrderView) -> Self {
        let told = |heading, next| Self {
            heading,
            failure: None,
            known: view.status.to_string(),
            next,
            never: None,
            open: false,
        };
        match &view.status {
            OrderStatus::AwaitingPayment { .. } if view.may_pay_again() => Self {
                failure: failure(view),
                ..told(
                    "Your order is not paid yet",
                    "Pay below by then, or cancel the order. If you do neither, it ends by itself and costs nothing.",
                )
            },
            OrderStatus::AwaitingPayment { reserved_until } => Self {
                known: format!(
                    "We kept the goods for you until {} UTC, and nobody paid by then. Nothing was charged.",
                    reserved_until.for_people()
                ),
                open: true,
                ..told(
                    "Your order was not paid in time",
                    "It cannot be paid any more and ends by itself in a moment. You are welcome to order again.",
                )
            },
            OrderStatus::Checking => Self {
                never: Some(
                    "Do not pay again, and do not order the same things again: if the payment did go through, you \
                     would pay twice.",
                ),
                open: true,
                ..told(
                    "We are checking with your bank. Do not pay again.",
                    "You need not do anything. We ask your bank by ourselves and usually know within a minute of \
                     reaching it.",
                )
            },
            OrderStatus::AwaitingApproval { .. } => Self {
                never: Some(
                    "Do not pay a second time for this order. If you do not confirm the payment, it is called off and \
                     nothing is charged.",
                ),
                open: true,
                ..told(
                    "Please confirm the payment at your bank",
                    if approval(view).is_some() {
                        "Confirm or refuse it there and come back: we ask your bank by ourselves and usually know \
                         within a minute."
                    } else {
                        "Open your bank's own site in the way you always do, and confirm or refuse the payment there. \
                         We ask your bank by ourselves and usually know within a minute."
                    },
                )
            },
            OrderStatus::Paid => told(
                "Thank you. Your order is paid.",
                "You need not do anything. Until the parcel leaves you can cancel, and your money is given back.",
            ),
            OrderStatus::Shipped => {
                told("Your parcel is on its way", "You need not do anything. It is too late to cancel here.")
            }
            OrderStatus::Refunding => Self {
                open: true,
                ..told(
                    "Your order is cancelled; your money is on its way back",
                    "You need not do anything. We ask your bank by ourselves until it has given the money back, which \
                     usually takes less than a minute.",
                )
            },
            OrderStatus::RefundDelayed => told(
                "Your order is cancelled; giving your money back takes longer than usual",
                "You need not do anything, and you need not cancel again: we have been told, and act on it.",
            ),
            OrderStatus::Cancelled { .. } => {
                told("Your order is cancelled", "There is nothing left to do. You are welcome to order again.")
            }
            OrderStatus::NotPaid => {
                let (heading, known) = ended(view);
                let next = "The order has ended and the goods are back on the shelf. You are welcome to order again.";
                let declined = matches!(view.ending(), Some(Ending::Declined { .. }));
                Self { known, failure: declined.then(|| failure(view)).flatten(), ..told(heading, next) }
            }
        }
    }
}

/// Why an order ended without a payment. Whoever ordered should not have to guess between these.
fn ended(view: &OrderView) -> (&'static str, String) {
    match view.ending() {
        Some(Ending::TimedOut) => (
            "The payment timed out. Nothing was charged.",
            "Your bank gave no clear answer, so we called the payment off. Your bank has confirmed that it charged \
             nothing and will not do so later."
                .to_owned(),
        ),
        Some(Ending::NotConfirmed) => (
            "The payment was not confirmed. Nothing was charged.",
            "The payment was not confirmed on your bank's page in time, or it was refused there. It is called off, and \
             your bank has confirmed that it charged nothing."
                .to_owned(),
        ),
        Some(Ending::Declined { .. }) => (
            "Your bank declined the payment. Nothing was charged.",
            "Your bank's answer reached us late, and it was a no.".to_owned(),
        ),
        Some(Ending::ReservationRanOut) | None => (
            "Your order was not paid in time. Nothing was charged.",
            format!(
                "We kept the goods for you until {} UTC, and nobody paid by then.",
                view.order.reserved_until.for_people()
            ),
        ),
    }
}

fn failure(view: &OrderView) -> Option<&'static str> {
    let failure: Option<&Failure> = view.last_attempt()?.failure.as_ref();
    failure.is_some().then(|| told::failure(failure))
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
pub(super) fn as_of(view: &OrderView) -> String {
    let now = view.as_of.for_people();
    let asked = match view.status {
        OrderStatus::Checking | OrderStatus::AwaitingApproval { .. } => view.last_attempt().map_or(0, |a| a.claims),
        OrderStatus::Refunding => view.refunds.last().map_or(0, |refund| refund.claims),
        _ => 0,
    };
    match asked {
        0 => format!("As of {now} UTC."),
        1 => format!("As of {now} UTC; we have asked your bank again once so far."),
        times => format!("As of {now} UTC; we have asked your bank again {times} times so far."),
    }
}

/// One entry of the order's history.
pub(super) struct Entry {
    /// When, for people.
    pub(super) at: String,
    /// When, for programs.
    pub(super) datetime: String,
    /// What happened.
    pub(super) words: &'static str,
}

/// The order's history, oldest first.
pub(super) fn history(view: &OrderView) -> Vec<Entry> {
    let entry = |event: &shop_core::Event| Entry {
        at: event.at.for_people(),
        datetime: event.at.rfc3339(),
        words: event_words(event.kind),
    };
    view.events.iter().map(entry).collect()
}

fn event_words(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Placed => "You placed the order, and we put the goods aside for you.",
        EventKind::PaymentStarted => "A payment began.",
        EventKind::PaymentUnknown => "Your bank gave no clear answer; we began to check.",
        EventKind::ApprovalRequested => "Your bank asked you to confirm the payment.",
        EventKind::Paid => "Your bank took the money: the order was paid.",
        EventKind::PaymentFailed => "The payment did not go through; nothing was charged.",
        EventKind::NotPaid => "The order ended unpaid, and the goods went back on the shelf.",
        EventKind::Shipped => "The parcel left.",
        EventKind::RefundStarted => "The order was cancelled, and we set out to give your money back.",
        EventKind::RefundRefused => "Your money could not be given back yet; our staff was told.",
        EventKind::Refunded => "Your money was given back.",
        EventKind::Cancelled => "The cancellation became final, and the goods went back on the shelf.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_words_of_its_own() {
        let mut words: Vec<_> = EventKind::ALL.iter().map(|kind| event_words(*kind)).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), EventKind::ALL.len());
    }
}
