//! Every rule of the shop: catalogue, cart, orders, and the [`PaymentGateway`](gateway::PaymentGateway) through which
//! it asks a bank for money. No HTTP server, no async runtime: a web shell calls [`Shop`] and renders what it returns.
//!
//! Reading order:
//!
//! 1. [`rules`]: pure functions over plain data. Start with [`rules::order`] and the table in [`rules::attempt`].
//! 2. [`gateway`]: how the shop asks for money, and what an answer means.
//! 3. [`store`]: what the shop needs of whatever keeps its facts; [`store::memory`] and [`store::sqlite`].
//! 4. [`Shop`]: the use cases, one file a noun. `shop/post.rs` is the gate, `shop/checkout.rs` the heart,
//!    `shop/sweep.rs` what makes it safe to crash anywhere.
//! 5. [`error`]: what a caller is told when something did not happen.
//! 6. [`rules::search`]: full text, by an index in memory that is derived from the store.
//!
//! Invariants, wherever you change something:
//! - The bank is called between two writes, never inside one. The attempt is recorded before the call.
//! - Stock and a use of a discount code are taken when an order is placed and put back exactly once, on entering one of
//!   its two last states.
//! - Invoices are numbered without a gap, in the write in which an order becomes paid.
//! - A PIN lives as long as a call. It is never stored, logged or rendered; of an account number the last four digits are.
//!
//! # A first order
//!
//! ```
//! use std::sync::Arc;
//! use shop_core::gateway::*;
//! use shop_core::{Checkout, Payment, ProductQuery, Quantity, Shop, ShopConfig, ShopParts, Sku};
//! use kit_core::{Env, IdempotencyKey, Money, SecretText};
//!
//! /// A bank that takes everybody's word.
//! struct TrustingBank;
//!
//! impl PaymentGateway for TrustingBank {
//!     fn purchase(&self, request: &PaymentRequest) -> Answer {
//!         Answer::Captured { payment: PaymentRef(request.key.as_str().to_owned()) }
//!     }
//! #   fn authorize(&self, _: &PaymentRequest) -> Answer { Answer::Unknown }
//! #   fn capture(&self, _: &PaymentRef, _: &IdempotencyKey, _: Money, _: bool) -> Answer { Answer::Unknown }
//! #   fn void(&self, _: &Expected) -> Answer { Answer::Unknown }
//! #   fn refund(&self, _: &PaymentRef, _: &IdempotencyKey, _: Money) -> Answer { Answer::Refunded }
//! #   fn lookup(&self, _: &Expected) -> Answer { Answer::NotFound }
//! #   fn capabilities(&self) -> Capabilities {
//! #       Capabilities { pin: true, hosted_approval: false, deadline: std::time::Duration::from_secs(1) }
//! #   }
//!     // … authorize, capture, void, refund, lookup, capabilities
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let shop = Shop::open(ShopParts {
//!     store: Arc::new(shop_core::store::memory::MemoryStore::new()),
//!     gateway: Arc::new(TrustingBank),
//!     env: Env::system(),
//!     config: ShopConfig::default(),
//! })?;
//! shop.import(
//!     b"sku,name,brand,category,price,stock,description,specifications\n\
//!       KB-1,Tern 87,Fjordlight,keyboards,79.90,3,A quiet keyboard.,keys=87;wireless=yes\n",
//! )?;
//! let found = shop.products(&ProductQuery { text: Some("quiet key".to_owned()), ..ProductQuery::default() })?;
//! assert_eq!(found.products[0].price.to_string(), "79.90 EUR");
//!
//! let cart = shop.new_cart_token();
//! let view = shop.set_line(&cart, &Sku::parse("KB-1").ok_or("a SKU")?, Quantity::new(2)?)?;
//! let placed = shop.checkout(&cart, &Checkout {
//!     name: "Ada Lovelace".to_owned(),
//!     street: "12 St James's Square".to_owned(),
//!     postal_code: "SW1Y 4JH".to_owned(),
//!     city: "London".to_owned(),
//!     country: "United Kingdom".to_owned(),
//!     company: String::new(),
//!     address_line_2: String::new(),
//!     vat_number: String::new(),
//!     phone: String::new(),
//!     email: "ada@example.org".to_owned(),
//!     shipping: None,
//!     note: String::new(),
//!     language: kit_core::Language::English,
//!     payment: Payment {
//!         account: "2400 0000 0183".to_owned(),
//!         pin: SecretText::new("271828".to_owned()),
//!         key: shop.new_form_key(),
//!     },
//!     expected_total: view.total,
//! })?;
//! assert_eq!(placed.order.status.code(), "paid");
//! assert_eq!(shop.product(&found.products[0].sku)?.stock, 1);
//! # Ok(())
//! # }
//! ```

mod codes;
pub mod error;
pub mod gateway;
pub mod rules;
mod shop;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use error::{ChangeReason, Error, Fact, Kind, PriceChange, Refusal, Shortage, TotalChange};
pub use rules::attempt::{AlertKind, Approval, Attempt, AttemptId, AttemptState, Failure};
pub use rules::cart::{Availability, CartCode, CartLineView, CartView, MAX_LINES, MAX_QUANTITY, Quantity};
pub use rules::catalogue_file::{ImportErrors, ImportReport, RowError};
pub use rules::comparison::{Compared, Comparison, ComparisonRow, MAX_COMPARED, MIN_COMPARED};
pub use rules::country::{Country, Destinations};
pub use rules::discount::{Discount, DiscountCode, DiscountProblem, DiscountTerms};
pub use rules::ending::Ending;
pub use rules::form::{Checkout, Field, FieldError, FieldProblem, Payment};
pub use rules::invoice::{DocumentKind, DocumentNumber, Invoice, Issued, PaidBy, Seller};
pub use rules::localized::Localized;
pub use rules::mail::{Mail, MailKind};
pub use rules::order::{
    Contact, Order, OrderDiscount, OrderId, OrderLine, OrderNumber, OrderShipping, OrderState, OrderStatus,
};
pub use rules::product::{Category, Product, Sku, Slug, Sort, category_name};
pub use rules::query::address::BadFilter;
pub use rules::query::chips::{Chip, Filter};
pub use rules::query::{Filters, ProductQuery, Span, Wanted, address};
pub use rules::reconcile::{Difference, DifferenceKind, Open, OpenKind};
pub use rules::refund::{Refund, RefundId, RefundState};
pub use rules::search::Pattern;
pub use rules::search::marks::{Marked, marks};
pub use rules::search::synonyms::{SynonymError, Synonyms};
pub use rules::shelf::{Choice, Department, Facet, Facets, Range, Related, Suggestion, Target};
pub use rules::shipping::{DeliveryEstimate, ShippingMethod, ShippingMethods, ShippingOffer, WorkingDays};
pub use rules::specification::{Specification, SpecificationValue};
pub use rules::totals::{Benefit, VatRate, VatSum};
pub use shop::{
    FoundOrder, Letter, MAX_PER_PAGE, MAX_SUGGESTIONS, OpenError, OrderView, PlacedOrder, ProductPage, ReconcileError,
    ReconcileNews, ReconcileReport, Shop, ShopConfig, ShopParts, SweepReport, reconcile,
};
pub use store::{Access, Alert, Event, EventKind, OrderSlice};
