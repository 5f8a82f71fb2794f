//! `shop-site orders --csv`: orders for other programs, one record each (RFC 4180).

use std::io;

use csv::{Terminator, WriterBuilder};
use kit_core::{Calendar, Money, Timestamp};
use shop_core::{DocumentKind, DocumentNumber, Issued, Order, OrderSlice, OrderState, Shop};

use super::Stop;

/// How many orders are read at a time.
const AT_A_TIME: u32 = 500;

/// The names of the columns, in their order.
const COLUMNS: [&str; 30] = [
    "number",
    "state",
    "placed_at",
    "changed_at",
    "company",
    "name",
    "street",
    "address_line_2",
    "postal_code",
    "city",
    "country",
    "vat_number",
    "phone",
    "email",
    "language",
    "units",
    "items",
    "goods",
    "discount_code",
    "discount",
    "shipping_method",
    "shipping",
    "vat",
    "total",
    "currency",
    "invoice",
    "invoice_at",
    "credit_note",
    "credit_note_at",
    "note",
];

/// Prints the newest `limit` orders, or all of them.
pub(super) fn print(shop: &Shop, state: Option<OrderState>, limit: Option<u32>) -> Result<(), Stop> {
    let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(io::stdout().lock());
    let written = |outcome: Result<(), csv::Error>| match outcome.map_err(io::Error::from) {
        // The reader has closed the pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Stop::Refused(format!("cannot write the orders: {error}"))),
        Ok(()) => Ok(true),
    };
    if !written(csv.write_record(COLUMNS))? {
        return Ok(());
    }
    let (mut left, mut before) = (limit.unwrap_or(u32::MAX), None);
    loop {
        let orders = shop.orders(&OrderSlice { state, before, limit: left.min(AT_A_TIME) })?;
        let Some(last) = orders.last() else { break };
        before = Some(last.id);
        for order in &orders {
            if !written(csv.write_record(record(shop.calendar(), order)))? {
                return Ok(());
            }
        }
        left = left.saturating_sub(u32::try_from(orders.len()).unwrap_or(u32::MAX));
    }
    written(csv.flush().map_err(csv::Error::from)).map(drop)
}

/// Every value as it is: amounts as decimals, times with their offset. Of each item its units and its SKU, as `2 x KB-1; 1 x
/// MS-1`.
fn record(calendar: Calendar, order: &Order) -> [String; COLUMNS.len()] {
    let zero = Money::zero(order.total.currency);
    let sum = |amounts: &mut dyn Iterator<Item = i64>| Money::new(amounts.sum(), zero.currency).decimal();
    let items: Vec<String> = order.lines.iter().map(|line| format!("{} x {}", line.quantity.get(), line.sku)).collect();
    let number = |kind, issued: Option<Issued>| {
        issued.map(|Issued { number, .. }| DocumentNumber { kind, number }.to_string()).unwrap_or_default()
    };
    let at = |issued: Option<Issued>| issued.map(|issued| calendar.rfc3339_seconds(issued.at)).unwrap_or_default();
    let time = |at: Timestamp| calendar.rfc3339_seconds(at);
    let (to, discount, shipping) = (&order.contact, order.discount.as_ref(), &order.shipping);
    [
        order.number.to_string(),
        order.state.code().to_owned(),
        time(order.placed_at),
        time(order.changed_at),
        to.company.clone(),
        to.name.clone(),
        to.street.clone(),
        to.address_line_2.clone(),
        to.postal_code.clone(),
        to.city.clone(),
        to.country.clone(),
        to.vat_number.clone(),
        to.phone.clone(),
        to.email.clone(),
        order.language.code().to_owned(),
        order.lines.iter().map(|line| line.quantity.get()).sum::<u32>().to_string(),
        items.join("; "),
        sum(&mut order.lines.iter().map(|line| line.total.minor)),
        discount.map(|discount| discount.code.to_string()).unwrap_or_default(),
        discount.map_or(zero, |discount| discount.amount).decimal(),
        shipping.method.to_string(),
        shipping.price.decimal(),
        sum(&mut order.vat().iter().map(|sum| sum.vat.minor)),
        order.total.decimal(),
        order.total.currency.code().to_owned(),
        number(DocumentKind::Invoice, order.invoice),
        at(order.invoice),
        number(DocumentKind::CreditNote, order.credit_note),
        at(order.credit_note),
        order.note.clone(),
    ]
}
