//! Mails to customers and to the operator: the shop's outbox for the courier, and what its mails say.

use kit_core::{Calendar, Delivery, Language, Timestamp};
use kit_mail::{MailError, Mailbox, Message, Outbox, Waiting};
use kit_web::Words;
use shop_core::{Error, Letter, Mail, MailKind, Order, Shop};

use crate::pages::told;
use crate::words::words;

/// The page on which a customer finds an order by its number and e-mail address. Mails lead there: the token that opens
/// an order's own page is nowhere kept, and a mail is not the place for it.
pub(crate) const FIND_ORDER: &str = "/orders/find";

/// The shop, as the courier sees it.
pub(crate) struct ShopOutbox(pub(crate) Shop);

impl Outbox for ShopOutbox {
    type Mail = Letter;
    type Error = Error;

    fn now(&self) -> Timestamp {
        self.0.time()
    }

    fn due(&self, limit: usize) -> Result<Vec<Waiting<Letter>>, Error> {
        let letters = self.0.letters(u32::try_from(limit).unwrap_or(u32::MAX))?;
        Ok(letters.into_iter().map(|letter| Waiting { tries: letter.mail.tries, mail: letter }).collect())
    }

    fn about(&self, letter: &Letter) -> String {
        format!("order {}, mail {}", letter.order.number, letter.mail.kind.code())
    }

    fn settle(&self, letter: &Letter, delivery: Delivery, failure: Option<&MailError>) -> Result<(), Error> {
        let failure = failure.map(MailError::line);
        self.0.settle_mail(letter.mail.order, letter.mail.kind, delivery, failure.as_deref())
    }

    fn forget_old(&self) -> Result<(), Error> {
        self.0.forget_old_mails().map(drop)
    }
}

/// A letter as a message, with links below `origin`. What is for the operator goes to `operator`.
///
/// # Errors
/// Where its address is none: such a mail can never be sent.
pub(crate) fn render(
    letter: &Letter,
    origin: &str,
    operator: Option<&Mailbox>,
    calendar: Calendar,
) -> Result<Message, MailError> {
    let Letter { mail, order } = letter;
    let t = words(order.language, calendar);
    let contact = &order.contact;
    // By its key: the subject, and what it says.
    let (subject, text) = match mail.kind {
        MailKind::NewOrder => {
            let nobody = || MailError::Permanent("nobody is to be told of new orders any more".to_owned());
            return Ok(new_order(mail, order, operator.ok_or_else(nobody)?.clone(), calendar));
        }
        MailKind::Paid if order.is_free() => ("mail-paid", "mail-free-text"),
        MailKind::Paid => ("mail-paid", "mail-paid-text"),
        MailKind::Shipped if order.shipping.pickup => ("mail-ready", "mail-ready-text"),
        MailKind::Shipped => ("mail-shipped", "mail-shipped-text"),
        MailKind::Cancelled if order.refund.is_some() => ("mail-cancelled", "mail-refunded-text"),
        MailKind::Cancelled => ("mail-cancelled", "mail-cancelled-text"),
        MailKind::NotPaid => ("mail-not-paid", "mail-not-paid-text"),
    };
    let to = Mailbox::new(&contact.name, &contact.email).map_err(|error| MailError::Permanent(error.to_string()))?;
    let number = order.number.to_string();
    let when = t.date_time(mail.at);
    let said = t.say(text).with("number", &number).with("when", when).with("total", t.money(order.total)).to_string();
    let mut paragraphs = vec![t.say("mail-greeting").with("name", &contact.name).to_string(), said];
    match mail.kind {
        MailKind::Paid | MailKind::Shipped => {
            paragraphs.push(bought(t, order));
            if !order.shipping.pickup {
                paragraphs.push(address(t, order));
            }
        }
        MailKind::Cancelled | MailKind::NotPaid | MailKind::NewOrder => {}
    }
    match mail.kind {
        MailKind::NotPaid => paragraphs.push(format!("{origin}/")),
        MailKind::Paid => paragraphs.push(format!("{}\n{origin}{FIND_ORDER}?number={number}", t.say("mail-see-order"))),
        MailKind::Shipped | MailKind::Cancelled | MailKind::NewOrder => {
            paragraphs.push(format!("{origin}{FIND_ORDER}?number={number}"))
        }
    }
    paragraphs.push(t.say("mail-sign-off").to_string());
    Ok(Message {
        id: format!("{}-{}", order.id, mail.kind.code()),
        at: mail.at,
        to,
        subject: t.say(subject).with("number", &number).to_string(),
        text: paragraphs.join("\n\n") + "\n",
        html: None,
    })
}

/// The mail to the operator, in the language of the operator's commands.
fn new_order(mail: &Mail, order: &Order, to: Mailbox, calendar: Calendar) -> Message {
    let t = words(Language::English, calendar);
    let (number, contact) = (order.number.to_string(), &order.contact);
    let subject = t.say("mail-new-order").with("number", &number).with("total", t.money(order.total)).to_string();
    let said = t.say("mail-new-order-text").with("number", &number).with("when", t.date_time(mail.at)).to_string();
    let place = if order.shipping.pickup { contact.name.clone() } else { address(t, order) };
    let mut paragraphs = vec![said, bought(t, order), format!("{place}\n{}", contact.email)];
    if !order.note.is_empty() {
        paragraphs.push(t.say("mail-new-order-note").with("note", &order.note).to_string());
    }
    Message {
        id: format!("{}-{}", order.id, mail.kind.code()),
        at: mail.at,
        to,
        subject,
        text: paragraphs.join("\n\n") + "\n",
        html: None,
    }
}

/// What was bought, and for how much.
fn bought(t: Words<'_>, order: &Order) -> String {
    let mut lines: Vec<String> = order
        .lines
        .iter()
        .map(|line| {
            let said = t.say("mail-line").with("units", line.quantity.get()).with("product", &line.name);
            said.with("total", t.money(line.total)).to_string()
        })
        .collect();
    if let Some(discount) = &order.discount {
        let said = t.say("mail-discount").with("code", discount.code.as_str());
        lines.push(said.with("amount", t.money(discount.amount)).to_string());
    }
    let shipping = &order.shipping;
    let price = if shipping.price.minor == 0 { t.say("sums-free").to_string() } else { t.money(shipping.price) };
    lines.push(t.say("mail-shipping").with("method", told::way(t, &shipping.name)).with("price", price).to_string());
    lines.push(t.say("mail-total").with("total", t.money(order.total)).to_string());
    lines.join("\n")
}

/// Where it goes.
fn address(t: Words<'_>, order: &Order) -> String {
    let lines = order.contact.lines(t.language());
    std::iter::once(t.say("mail-goes-to").to_string()).chain(lines).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use kit_core::{Currency, Money, TokenHash, Uuid};
    use shop_core::{
        Contact, DiscountCode, OrderDiscount, OrderId, OrderLine, OrderNumber, OrderShipping, OrderState, Quantity,
        RefundId, Sku, Slug, VatRate, WorkingDays,
    };

    use super::*;

    fn order(language: Language) -> Order {
        let (at, total) = (Timestamp::from_micros(1_795_363_620_000_000), Money::new(20_000, Currency::EUR));
        let word = str::to_owned;
        Order {
            id: OrderId::from_uuid(Uuid::nil()),
            number: OrderNumber::from_random([7; 5]),
            token: TokenHash([7; 32]),
            state: OrderState::Paid,
            contact: Contact {
                name: word("Ada Lovelace"),
                street: word("12 St James's Square"),
                postal_code: word("SW1Y 4JH"),
                city: word("London"),
                country: word("United Kingdom"),
                email: word("ada@example.org"),
                ..Contact::default()
            },
            lines: vec![OrderLine {
                sku: Sku::parse("KB-1").expect("a SKU"),
                name: word("Tern 87"),
                unit_price: Money::new(10_000, Currency::EUR),
                quantity: Quantity::new(2).expect("a quantity"),
                total,
                discount: Money::new(1_000, Currency::EUR),
                vat_rate: VatRate::STANDARD,
                vat: Money::new(3_034, Currency::EUR),
                rounding: Money::zero(Currency::EUR),
            }],
            discount: Some(OrderDiscount {
                code: DiscountCode::parse("SPRING-10").expect("a code"),
                amount: Money::new(1_000, Currency::EUR),
            }),
            shipping: OrderShipping {
                method: Slug::parse("standard").expect("a slug"),
                name: word("Standard"),
                price: Money::new(500, Currency::EUR),
                vat_rate: VatRate::STANDARD,
                vat: Money::new(80, Currency::EUR),
                rounding: Money::zero(Currency::EUR),
                days: WorkingDays { min: 2, max: 3 },
                pickup: false,
            },
            total: Money::new(19_500, Currency::EUR),
            note: String::new(),
            language,
            reserved_until: at,
            live_attempt: None,
            refund: None,
            invoice: None,
            credit_note: None,
            placed_at: at,
            changed_at: at,
        }
    }

    #[test]
    fn every_mail_is_said_in_every_language() {
        for language in Language::ALL {
            let refunded = Order { refund: Some(RefundId::from_uuid(Uuid::nil())), ..order(language) };
            for order in [order(language), refunded] {
                for kind in MailKind::ALL {
                    let mail = Mail::new(order.id, *kind, order.placed_at);
                    let letter = Letter { mail, order: order.clone() };
                    let operator = Mailbox::parse("ops@shop.example").expect("an address");
                    let message =
                        render(&letter, "https://shop.example", Some(&operator), Calendar::UTC).expect("an address");
                    // A text that is missing would be shown by its key.
                    assert!(!message.subject.contains("mail-") && !message.text.contains("mail-"), "{message:#?}");
                    // The operator has commands instead of links.
                    let links = usize::from(*kind != MailKind::NewOrder);
                    assert_eq!(message.text.matches("https://shop.example/").count(), links, "{message:#?}");
                    assert!(message.subject.contains(&order.number.to_string()), "{message:#?}");
                }
            }
        }
    }

    #[test]
    fn an_address_that_is_none_is_given_up() {
        let mut order = order(Language::English);
        order.contact.email = "ada@example.org\r\nBcc: eve@example.org".to_owned();
        let mail = Mail::new(order.id, MailKind::Paid, order.placed_at);
        assert!(matches!(
            render(&Letter { mail, order }, "https://shop.example", None, Calendar::UTC),
            Err(MailError::Permanent(_))
        ));
    }
}
