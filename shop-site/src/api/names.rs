//! The enumerations of the API: each a schema of its own, whose values are the core's.

use kit_core::Language;
use shop_core::store::EventKind;
use shop_core::{AttemptState, DocumentKind, Sort};

/// Why an attempt to pay may fail: in its order, and as the code of the problem.
pub(super) const PAYMENT_FAILURES: [&str; 12] = [
    "account-closed",
    "account-frozen",
    "bank-throttled",
    "bank-unavailable",
    "currency-mismatch",
    "declined",
    "incorrect-pin",
    "insufficient-funds",
    "limit-exceeded",
    "not-charged",
    "pin-blocked",
    "use-hosted-approval",
];

kit_web::names! {
    /// The language that a customer is written to in: English or German.
    pub(super) LanguageNames "Language" = Language: Language::ALL, Language::code;

    /// How a list of products is sorted. `relevance` puts the best match first, and sorts by name without a search.
    pub(super) SortNames "Sort" = Sort: Sort::ALL, Sort::code;

    /// What kind of value a specification has.
    pub(super) SpecificationKindNames "SpecificationKind" = &'static str: ["number", "text", "flag"], |kind| kind;

    /// What a suggestion leads to. Its `id` is the slug of a category, the name of a brand, or the SKU of a product.
    pub(super) SuggestionKindNames "SuggestionKind" = &'static str: ["category", "brand", "product"], |kind| kind;

    /// Why a discount code takes nothing off.
    pub(super) DiscountProblemNames "DiscountProblem" = &'static str:
        [
            "discount-ended",
            "discount-not-yet-valid",
            "discount-expired",
            "discount-used-up",
            "discount-used-before",
            "discount-minimum-not-reached",
            "discount-nothing-eligible",
        ],
        |code| code;

    /// The status of an order.
    pub(super) OrderStatusNames "OrderStatus" = &'static str:
        [
            "awaiting-payment",
            "checking",
            "awaiting-approval",
            "paid",
            "shipped",
            "refunding",
            "refund-delayed",
            "cancelled",
            "not-paid",
        ],
        |code| code;

    /// The status of an attempt to pay an order. `refused` and `unknown` are not decided yet.
    pub(super) PaymentStatusNames "OrderPaymentStatus" = AttemptState: *AttemptState::ALL, AttemptState::code;

    /// Why an attempt to pay failed.
    pub(super) FailureCodeNames "PaymentFailureCode" = &'static str: PAYMENT_FAILURES, |code| code;

    /// What the payer can do about a declined payment.
    pub(super) AdviceNames "Advice" = &'static str:
        ["do-not-retry", "retry-with-new-pin", "retry-later", "use-hosted-approval"], |code| code;

    /// What happened to an order.
    pub(super) OrderEventNames "OrderEventKind" = EventKind: *EventKind::ALL, EventKind::code;

    /// An invoice, or the credit note that takes one back.
    pub(super) DocumentKindNames "DocumentKind" = DocumentKind: *DocumentKind::ALL, DocumentKind::code;
}
