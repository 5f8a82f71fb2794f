//! `shop-site orders`, `show`, `ship`, `cancel` and `alerts`: what an operator does with orders.

use clap::Args;
use kit_web::telemetry::one_line;
use shop_core::{
    Attempt, DocumentKind, DocumentNumber, EventKind, Failure, Issued, Order, OrderNumber, OrderSlice, OrderState,
    OrderView, RefundState,
};
use shop_site::open_existing;

use super::bank::Bank;
use super::storage::Storage;
use super::{Stop, orders_csv, say};

#[derive(Args)]
pub(super) struct ListArguments {
    /// Only orders in this state: awaiting-payment, paid, shipped, cancelling, cancelled or not-paid
    #[arg(long, env = "SHOP_ORDERS_STATE", value_parser = parse_state)]
    state: Option<OrderState>,
    /// How many to list at most [default: 50; all of them with --csv]
    #[arg(long, env = "SHOP_ORDERS_LIMIT", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: Option<u32>,
    /// As CSV for other programs (RFC 4180, UTF-8): one record an order, every value as it is. A spreadsheet may take
    /// what a customer typed for a formula: import the columns as text there
    #[arg(long)]
    csv: bool,
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
pub(super) struct OrderArguments {
    /// The order's number, such as K7Q2-M4XD
    #[arg(value_name = "ORDER", value_parser = parse_number)]
    number: OrderNumber,
    #[command(flatten)]
    storage: Storage,
}

#[derive(Args)]
pub(super) struct CancelArguments {
    #[command(flatten)]
    order: OrderArguments,
    #[command(flatten)]
    bank: Bank,
}

#[derive(Args)]
pub(super) struct AlertArguments {
    /// How many to list at most
    #[arg(long, env = "SHOP_ALERTS_LIMIT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    #[command(flatten)]
    storage: Storage,
}

fn parse_state(text: &str) -> Result<OrderState, String> {
    OrderState::parse(text).ok_or_else(|| {
        let states: Vec<_> = OrderState::ALL.iter().map(|state| state.code()).collect();
        format!("expected one of {}", states.join(", "))
    })
}

fn parse_number(text: &str) -> Result<OrderNumber, String> {
    OrderNumber::parse(text).ok_or_else(|| "expected an order number such as K7Q2-M4XD".to_owned())
}

pub(super) fn list(arguments: ListArguments) -> Result<(), Stop> {
    let ListArguments { state, limit, csv, storage } = arguments;
    let shop = storage.open_existing()?;
    if csv {
        return orders_csv::print(&shop, state, limit);
    }
    let limit = limit.unwrap_or(50);
    for order in shop.orders(&OrderSlice { state, before: None, limit })? {
        say(&line(&order));
    }
    Ok(())
}

fn line(order: &Order) -> String {
    let Order { number, state, placed_at, contact, .. } = order;
    let total = order.total.to_string();
    let units: u32 = order.lines.iter().map(|line| line.quantity.get()).sum();
    format!(
        "{number}  {:<16}  {}  {total:>14}  {units:>3} units  {}",
        state.code(),
        placed_at.rfc3339_seconds(),
        contact.name
    )
}

pub(super) fn show(arguments: OrderArguments) -> Result<(), Stop> {
    let view = arguments.storage.open_existing()?.order_by_number(arguments.number)?;
    tell(&view);
    Ok(())
}

pub(super) fn ship(arguments: OrderArguments) -> Result<(), Stop> {
    let view = arguments.storage.open_existing()?.ship(arguments.number)?;
    say(&line(&view.order));
    Ok(())
}

pub(super) fn cancel(arguments: CancelArguments) -> Result<(), Stop> {
    let CancelArguments { order: OrderArguments { number, storage }, bank } = arguments;
    let shop = open_existing(&storage.config(), bank.gateway()?)?;
    let view = shop.cancel_by_number(number)?;
    say(&line(&view.order));
    say(&view.status.to_string());
    if view.refunds.last().is_some_and(|refund| refund.state == RefundState::Refused) {
        return Err(Stop::Refused("the bank refused the refund; see `shop-site alerts`".to_owned()));
    }
    Ok(())
}

pub(super) fn alerts(arguments: AlertArguments) -> Result<(), Stop> {
    let shop = arguments.storage.open_existing()?;
    for alert in shop.alerts(arguments.limit)? {
        let number = shop.order_by_id(alert.order)?.order.number;
        let (at, kind, detail) = (alert.at.rfc3339_seconds(), alert.kind.code(), one_line(&alert.detail));
        say(format!("{at}  {kind:<22}  order {number}  {detail}").trim_end());
        say(&format!("  {}", alert.kind));
    }
    Ok(())
}

fn tell(view: &OrderView) {
    let order = &view.order;
    say(&line(order));
    say(&view.status.to_string());
    say("");
    for line in &order.lines {
        say(&format!("{:>3} x {:<12} {}  {}", line.quantity.get(), line.sku.as_str(), line.total, line.name));
    }
    if let Some(discount) = &order.discount {
        say(&format!("discount {}  -{}", discount.code, discount.amount));
    }
    say(&format!("shipping {}  {}", order.shipping.name, order.shipping.price));
    for sum in order.vat() {
        say(&format!("VAT {} %  {} of {}", sum.rate, sum.vat, sum.gross));
    }
    for (kind, issued) in [(DocumentKind::Invoice, order.invoice), (DocumentKind::CreditNote, order.credit_note)] {
        if let Some(Issued { number, at }) = issued {
            say(&format!("{}  {}  {}", kind.code(), DocumentNumber { kind, number }, at.rfc3339_seconds()));
        }
    }
    let to = &order.contact;
    say("");
    let phone = Some(&to.phone).filter(|phone| !phone.is_empty()).map(|phone| format!(", {phone}")).unwrap_or_default();
    say(&format!("{} <{}>{phone}", to.lines(kit_core::Language::English).join(", "), to.email));
    if !order.note.is_empty() {
        say("");
        order.note.lines().for_each(|line| say(&format!("note: {}", one_line(line))));
    }
    say("");
    for attempt in &view.attempts {
        say(&payment(attempt));
    }
    for refund in &view.refunds {
        let state = match refund.state {
            RefundState::Pending => "waiting for the bank",
            RefundState::Refused => "refused by the bank",
            RefundState::Refunded => "given back",
        };
        say(&format!("refund   {}  {}  {state}", refund.started_at.rfc3339_seconds(), refund.amount));
    }
    say("");
    for event in &view.events {
        say(&format!("{}  {}", event.at.rfc3339_seconds(), event_words(event.kind)));
    }
}

fn payment(attempt: &Attempt) -> String {
    let outcome = match (&attempt.payment, &attempt.failure) {
        (Some(payment), _) => format!("paid, the bank's id is {}", payment.0),
        (None, Some(Failure::Declined { code, .. })) => format!("declined: {}", code.as_str()),
        (None, Some(Failure::TimedOut)) => "ended before anything was charged".to_owned(),
        (None, Some(Failure::NotAsked { code })) => format!("the bank was not asked: {}", code.as_str()),
        (None, None) => "being checked".to_owned(),
    };
    let Attempt { started_at, amount, account_tail, .. } = attempt;
    format!("payment  {}  {amount}  from …{account_tail}  {outcome}", started_at.rfc3339_seconds())
}

fn event_words(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Placed => "placed, stock taken",
        EventKind::PaymentStarted => "payment started",
        EventKind::PaymentUnknown => "the bank gave no clear answer",
        EventKind::ApprovalRequested => "sent to the bank's page",
        EventKind::Paid => "paid",
        EventKind::PaymentFailed => "payment failed, nothing charged",
        EventKind::NotPaid => "ended unpaid, stock put back",
        EventKind::Shipped => "shipped",
        EventKind::RefundStarted => "cancelled, refund started",
        EventKind::RefundRefused => "the bank refused the refund",
        EventKind::Refunded => "refunded",
        EventKind::Cancelled => "cancelled, stock put back",
    }
}
