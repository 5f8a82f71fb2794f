//! What a caller is told when something did not happen.

use std::fmt;
use std::time::Duration;

use kit_core::gate::SubmitError;
use kit_core::{Cause, Money, MoneyError, StoreFailure};

use crate::codes::codes;
use crate::rules::catalogue_file::ImportErrors;
use crate::rules::discount::DiscountProblem;
use crate::rules::form::FieldError;
use crate::rules::order::OrderState;
use crate::rules::product::Sku;

/// Why a use case did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// A rule said no. Nothing happened.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// The store failed. Nothing happened.
    #[error("nothing was changed: {0}")]
    NotCommitted(Cause),
    /// The store failed in the middle of a commit: it may or may not have happened. Look it up, or repeat the call
    /// under the same key.
    #[error("it may or may not have happened: {0}")]
    CommitUnknown(Cause),
    /// Too much is waiting. Nothing happened.
    #[error("too much is waiting; try again in {} s", retry_after.as_secs())]
    Busy {
        /// When trying again makes sense.
        retry_after: Duration,
    },
}

impl From<StoreFailure> for Error {
    fn from(failure: StoreFailure) -> Self {
        match failure {
            StoreFailure::NotCommitted(cause) => Self::NotCommitted(cause),
            StoreFailure::CommitUnknown(cause) => Self::CommitUnknown(cause),
        }
    }
}

impl From<SubmitError> for Error {
    fn from(_: SubmitError) -> Self {
        Self::Busy { retry_after: Duration::from_secs(1) }
    }
}

/// Every way in which a rule says no, with the facts that a caller can act on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Fields of a form cannot be used.
    FieldsInvalid {
        /// All of them.
        fields: Vec<FieldError>,
    },
    /// A quantity is not a whole number from 1 to `max`.
    QuantityInvalid {
        /// The largest quantity of a line.
        max: u32,
    },
    /// A catalogue file was not imported; nothing of it was.
    CatalogueRejected(ImportErrors),
    /// No product has this SKU.
    ProductNotFound,
    /// No category has this slug.
    CategoryNotFound,
    /// No order has this token or number.
    OrderNotFound,
    /// The cart has as many lines as fit.
    CartFull {
        /// How many fit.
        max: usize,
    },
    /// There is nothing in the cart to be ordered.
    CartEmpty,
    /// Fewer units are left than lines want.
    OutOfStock {
        /// Every line concerned.
        lines: Vec<Shortage>,
    },
    /// The total is not what the customer saw.
    PriceChanged(Box<TotalChange>),
    /// There is no such discount code.
    DiscountNotFound,
    /// There is such a discount code already.
    DiscountExists,
    /// A discount code cannot be like this.
    DiscountInvalid {
        /// What is wrong: `percent`, `amount`, `minimum`, `max-uses` or `until`.
        problem: &'static str,
    },
    /// The order has no such document: an invoice is issued when it is paid, a credit note when it was given back.
    NotInvoiced,
    /// A total is too large, or in several currencies.
    AmountInvalid,
    /// The form's key was used before, with other facts.
    KeyReused {
        /// The first fact that differs: a field's name.
        field: &'static str,
    },
    /// Another attempt at paying the order has no final state yet.
    PaymentInProgress,
    /// The order is not waiting for a payment.
    NotPayable {
        /// Its state.
        state: OrderState,
    },
    /// The order is on its way already.
    AlreadyShipped,
    /// Only a paid order is shipped.
    NotShippable {
        /// Its state.
        state: OrderState,
    },
}

/// What a total is today that is not what the customer saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalChange {
    /// What may be the reason: at least one.
    pub reasons: Vec<ChangeReason>,
    /// The lines whose price changed since they were set.
    pub lines: Vec<PriceChange>,
    /// What shipping costs today.
    pub shipping: Money,
    /// What the discount takes off today.
    pub discount: Money,
    /// Why the cart's discount code takes nothing off today.
    pub discount_problem: Option<DiscountProblem>,
    /// What the customer saw.
    pub expected: Money,
    /// What the order costs today.
    pub total: Money,
}

/// Why a total may be another one than the customer saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeReason {
    /// The price of a line changed since it was set.
    Price,
    /// The total that was expected is that of another way to send it.
    Shipping,
    /// The discount code takes nothing off any more.
    Discount,
    /// Something else: the cart was changed, or what shipping or the discount comes to.
    Cart,
}

codes!(ChangeReason {
    Price => "price",
    Shipping => "shipping",
    Discount => "discount",
    Cart => "cart",
});

/// A line that wants more than there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortage {
    /// Which product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// How many units the line wants.
    pub wanted: u32,
    /// How many there are.
    pub available: u32,
}

/// A line whose price changed since it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PriceChange {
    /// Which product.
    pub sku: Sku,
    /// Its name.
    pub name: String,
    /// The price of one unit when the line was set.
    pub seen: Money,
    /// The price of one unit today.
    pub now: Money,
}

/// What sort of no it is. A web shell turns this, and nothing else, into a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request itself cannot be used.
    Invalid,
    /// The caller has not shown who they are.
    Unauthenticated,
    /// The caller may not do this.
    Forbidden,
    /// There is no such thing.
    NotFound,
    /// It does not fit the present state of things.
    Conflict,
    /// A rule of the shop forbids it.
    Refused,
    /// The caller asks too often.
    Throttled,
}

/// The value of a fact about a refusal, ready for problem+json.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// Words or a slug.
    Text(String),
    /// A whole number.
    Number(i64),
    /// An amount.
    Amount(Money),
    /// A list of things with facts of their own.
    List(Vec<Vec<(&'static str, Fact)>>),
}

impl Refusal {
    /// A stable kebab-case slug: the same in the page, the JSON and the Rust API.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::FieldsInvalid { .. } => "invalid-fields",
            Self::QuantityInvalid { .. } => "quantity-invalid",
            Self::CatalogueRejected(_) => "catalogue-rejected",
            Self::ProductNotFound => "product-not-found",
            Self::CategoryNotFound => "category-not-found",
            Self::OrderNotFound => "order-not-found",
            Self::CartFull { .. } => "cart-full",
            Self::CartEmpty => "cart-empty",
            Self::OutOfStock { .. } => "out-of-stock",
            Self::PriceChanged { .. } => "price-changed",
            Self::DiscountNotFound => "discount-not-found",
            Self::DiscountExists => "discount-exists",
            Self::DiscountInvalid { .. } => "discount-invalid",
            Self::NotInvoiced => "not-invoiced",
            Self::AmountInvalid => "amount-invalid",
            Self::KeyReused { .. } => "idempotency-key-reuse",
            Self::PaymentInProgress => "payment-in-progress",
            Self::NotPayable { .. } => "not-payable",
            Self::AlreadyShipped => "already-shipped",
            Self::NotShippable { .. } => "not-shippable",
        }
    }

    /// What sort of no it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::FieldsInvalid { .. }
            | Self::QuantityInvalid { .. }
            | Self::CatalogueRejected(_)
            | Self::DiscountInvalid { .. } => Kind::Invalid,
            Self::ProductNotFound | Self::CategoryNotFound | Self::OrderNotFound => Kind::NotFound,
            Self::OutOfStock { .. }
            | Self::PriceChanged { .. }
            | Self::CartEmpty
            | Self::PaymentInProgress
            | Self::NotPayable { .. }
            | Self::AlreadyShipped
            | Self::DiscountExists
            | Self::NotInvoiced
            | Self::NotShippable { .. } => Kind::Conflict,
            // What is asked for is there; the code that it names is not.
            Self::CartFull { .. } | Self::DiscountNotFound | Self::AmountInvalid | Self::KeyReused { .. } => {
                Kind::Refused
            }
        }
    }

    /// The facts that a caller can act on, by name. Never anything that was typed.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, Fact)> {
        let text = |text: &str| Fact::Text(text.to_owned());
        match self {
            Self::FieldsInvalid { fields } => {
                let field = |e: &FieldError| {
                    let message = Fact::Text(e.problem.to_string());
                    vec![("field", text(e.field.name())), ("code", text(e.problem.code())), ("message", message)]
                };
                vec![("fields", Fact::List(fields.iter().map(field).collect()))]
            }
            Self::QuantityInvalid { max } => vec![("max", Fact::Number(i64::from(*max)))],
            Self::CatalogueRejected(errors) => errors.facts(),
            Self::CartFull { max } => vec![("max", Fact::Number(i64::try_from(*max).unwrap_or(i64::MAX)))],
            Self::OutOfStock { lines } => {
                let line = |s: &Shortage| {
                    let (wanted, available) = (Fact::Number(s.wanted.into()), Fact::Number(s.available.into()));
                    vec![
                        ("sku", text(s.sku.as_str())),
                        ("name", text(&s.name)),
                        ("wanted", wanted),
                        ("available", available),
                    ]
                };
                vec![("lines", Fact::List(lines.iter().map(line).collect()))]
            }
            Self::PriceChanged(change) => {
                let TotalChange { reasons, lines, shipping, discount, discount_problem, expected, total } = &**change;
                let line = |c: &PriceChange| {
                    let (seen, now) = (Fact::Amount(c.seen), Fact::Amount(c.now));
                    vec![("sku", text(c.sku.as_str())), ("name", text(&c.name)), ("seen", seen), ("now", now)]
                };
                let reason = |reason: &ChangeReason| vec![("reason", text(reason.code()))];
                let mut facts = vec![
                    ("reasons", Fact::List(reasons.iter().map(reason).collect())),
                    ("lines", Fact::List(lines.iter().map(line).collect())),
                    ("shipping", Fact::Amount(*shipping)),
                    ("discount", Fact::Amount(*discount)),
                    ("expected_total", Fact::Amount(*expected)),
                    ("total", Fact::Amount(*total)),
                ];
                if let Some(problem) = discount_problem {
                    facts.push(("discount_problem", text(problem.code())));
                    facts.extend(problem.facts());
                }
                facts
            }
            Self::KeyReused { field } => vec![("field", text(field))],
            Self::DiscountInvalid { problem } => vec![("problem", text(problem))],
            // Not `status`: in a problem that is the HTTP status.
            Self::NotPayable { state } | Self::NotShippable { state } => vec![("order_status", text(state.code()))],
            Self::ProductNotFound
            | Self::CategoryNotFound
            | Self::OrderNotFound
            | Self::CartEmpty
            | Self::AmountInvalid
            | Self::PaymentInProgress
            | Self::DiscountNotFound
            | Self::DiscountExists
            | Self::NotInvoiced
            | Self::AlreadyShipped => Vec::new(),
        }
    }
}

impl From<MoneyError> for Refusal {
    fn from(_: MoneyError) -> Self {
        Self::AmountInvalid
    }
}

impl std::error::Error for Refusal {}

/// Words for the customer: what happened, and what to do next.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FieldsInvalid { .. } => f.write_str("Please correct the marked fields."),
            Self::QuantityInvalid { max } => {
                write!(f, "Please choose a quantity from 1 to {max}; to take a line out, remove it.")
            }
            Self::CatalogueRejected(errors) => errors.fmt(f),
            Self::ProductNotFound => f.write_str("We do not sell this product. Please search for another one."),
            Self::CategoryNotFound => f.write_str("We have no such category. Please choose one from the list."),
            Self::OrderNotFound => f.write_str("We do not know this order. Please check the link or the number."),
            Self::CartFull { max } => {
                write!(f, "A cart holds at most {max} different products. Please place an order for these first.")
            }
            Self::CartEmpty => f.write_str("Your cart is empty. Please put something into it first."),
            Self::OutOfStock { lines } => {
                f.write_str("We do not have enough of this in stock:")?;
                for line in lines {
                    write!(f, " {} ({} left, {} wanted).", line.name, line.available, line.wanted)?;
                }
                f.write_str(" Please change the quantity or remove the line.")
            }
            Self::PriceChanged(change) => {
                let TotalChange { reasons, lines, expected, total, .. } = &**change;
                write!(f, "The total is now {total} instead of {expected}.")?;
                for line in lines {
                    write!(f, " {}: {} instead of {}.", line.name, line.now, line.seen)?;
                }
                if reasons.contains(&ChangeReason::Discount) {
                    f.write_str(" The discount code does not apply any more.")?;
                }
                f.write_str(" Please check it and confirm again.")
            }
            Self::DiscountNotFound => f.write_str("We do not know this discount code. Please check how it is written."),
            Self::DiscountExists => f.write_str("There is such a discount code already. Please choose another one."),
            Self::DiscountInvalid { problem: "until" } => {
                f.write_str("A discount code must end in the future, and after its beginning.")
            }
            Self::DiscountInvalid { problem } => write!(f, "A discount code cannot be like this; see its {problem}."),
            Self::NotInvoiced => f.write_str(
                "There is no such document for this order: an invoice is issued when it is paid, a credit note when its \
                 money was given back.",
            ),
            Self::AmountInvalid => f.write_str("This order is too large to be paid at once. Please split it."),
            Self::KeyReused { .. } => {
                f.write_str("This form was sent before with other contents. Please load the page again.")
            }
            Self::PaymentInProgress => {
                f.write_str("We are still checking with your bank. Please do not pay again, and look again shortly.")
            }
            Self::NotPayable { state: OrderState::Paid } => f.write_str("This order is paid already."),
            Self::NotPayable { .. } => {
                f.write_str("This order can no longer be paid. Nothing was charged; please place a new one.")
            }
            Self::AlreadyShipped => f.write_str("This order is on its way already."),
            Self::NotShippable { .. } => f.write_str("Only a paid order can be shipped."),
        }
    }
}
