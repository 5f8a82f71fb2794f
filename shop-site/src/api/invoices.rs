//! Invoices and credit notes.

use kit_web::wire::{AccountTail, Amount, CurrencyCode, DocumentNumberText, OrderNumberText, SecretId, Time};
use kit_web::{Named, Text};
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use shop_core::{DocumentKind, Invoice, PaidBy, Seller};

use super::names::{DocumentKindNames, LanguageNames};
use super::orders::{ContactBody, OrderLineBody};
use super::sums::{DeliveryBody, DiscountBody, OrderShippingBody, VatSumBody};
use super::{Tag, fields};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// Who sells.
#[derive(Object)]
#[oai(rename = "Seller", skip_serializing_if_is_none)]
struct SellerBody {
    /// Its legal name.
    name: Text,
    /// Its address, one line each.
    address: Vec<Text>,
    /// Its VAT identification number.
    vat_id: Option<Text>,
    /// The e-mail address for customers.
    email: Option<Text>,
}

impl From<&Seller> for SellerBody {
    fn from(seller: &Seller) -> Self {
        let unless_empty = |text: &str| (!text.is_empty()).then(|| text.into());
        Self {
            name: seller.name.as_str().into(),
            address: seller.address.iter().map(|line| line.as_str().into()).collect(),
            vat_id: unless_empty(&seller.vat_id),
            email: unless_empty(&seller.email),
        }
    }
}

/// How an order was paid.
#[derive(Object)]
#[oai(rename = "InvoicePayment")]
struct InvoicePaymentBody {
    /// The last four digits of the payer's account.
    account_tail: AccountTail,
    /// The bank's id of the payment.
    payment: Text,
    /// The amount.
    amount: Amount,
    /// The currency.
    currency: CurrencyCode,
    /// When it was paid.
    at: Time,
}

impl From<&PaidBy> for InvoicePaymentBody {
    fn from(paid: &PaidBy) -> Self {
        Self {
            account_tail: paid.account_tail.as_str().into(),
            payment: paid.payment.as_str().into(),
            amount: paid.amount.decimal().into(),
            currency: paid.amount.currency.code().into(),
            at: paid.at.rfc3339().into(),
        }
    }
}

/// An invoice, or the credit note that cancels one. The amounts are those of the sale in both; a credit note says that
/// they were refunded.
#[derive(Object)]
#[oai(rename = "Invoice", skip_serializing_if_is_none)]
struct InvoiceBody {
    /// Which of the two it is.
    kind: Named<DocumentKindNames>,
    /// Its number; each kind is numbered without gaps.
    number: DocumentNumberText,
    /// When it was issued.
    issued_at: Time,
    /// The invoice that a credit note cancels; absent on an invoice.
    cancels: Option<DocumentNumberText>,
    /// The order's number.
    order: OrderNumberText,
    /// When the order was placed.
    placed_at: Time,
    /// Who sold.
    seller: SellerBody,
    /// Who bought.
    buyer: ContactBody,
    /// What was bought.
    lines: Vec<OrderLineBody>,
    /// The total of all lines before the discount, VAT included.
    goods: Amount,
    /// The discount; absent if there was none.
    discount: Option<DiscountBody>,
    /// How it was delivered.
    shipping: OrderShippingBody,
    /// The estimated delivery.
    delivery: DeliveryBody,
    /// The VAT by rate, the highest first; the gross amounts add up to the total.
    vat: Vec<VatSumBody>,
    /// The total rounding; net and VAT of all rates and the rounding add up to the total.
    rounding: Amount,
    /// The amount paid, VAT included.
    total: Amount,
    /// The currency of the amounts.
    currency: CurrencyCode,
    /// How it was paid; absent if the total is 0.
    payment: Option<InvoicePaymentBody>,
    /// The language of the order.
    language: Named<LanguageNames>,
}

impl From<&Invoice> for InvoiceBody {
    fn from(invoice: &Invoice) -> Self {
        let discount = invoice.discount.as_ref().map(|(code, amount)| DiscountBody {
            code: code.as_str().into(),
            amount: amount.decimal().into(),
            currency: amount.currency.code().into(),
        });
        Self {
            kind: Named::of(invoice.number.kind),
            number: invoice.number.to_string().into(),
            issued_at: invoice.issued_at.rfc3339().into(),
            cancels: invoice.cancels.map(|number| number.to_string().into()),
            order: invoice.order.to_string().into(),
            placed_at: invoice.placed_at.rfc3339().into(),
            seller: (&invoice.seller).into(),
            buyer: (&invoice.buyer).into(),
            lines: invoice.lines.iter().map(OrderLineBody::from).collect(),
            goods: invoice.goods.decimal().into(),
            discount,
            shipping: (&invoice.shipping).into(),
            delivery: invoice.delivery.into(),
            vat: invoice.vat.iter().map(VatSumBody::from).collect(),
            rounding: invoice.rounding.decimal().into(),
            total: invoice.total.decimal().into(),
            currency: invoice.total.currency.code().into(),
            payment: invoice.paid.as_ref().map(InvoicePaymentBody::from),
            language: Named::of(invoice.language),
        }
    }
}

async fn document(lanes: &Lanes, token: &str, kind: DocumentKind) -> Result<Json<InvoiceBody>, ApiError> {
    let token = fields::order(token)?;
    let document = lanes.browse(move |shop| match kind {
        DocumentKind::Invoice => shop.invoice(&token),
        DocumentKind::CreditNote => shop.credit_note(&token),
    });
    Ok(Json((&document.await?).into()))
}

pub(crate) struct Invoices;

#[OpenApi(tag = "Tag::Orders")]
impl Invoices {
    /// Get an order's invoice
    ///
    /// Issued when the order is paid. It stays when the order is cancelled afterwards.
    #[oai(path = "/orders/:token/invoice", method = "get", operation_id = "getOrderInvoice")]
    async fn get_order_invoice(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The order's token.
        token: Path<SecretId>,
    ) -> Result<Json<InvoiceBody>, ApiError> {
        document(lanes, &token.0, DocumentKind::Invoice).await
    }

    /// Get an order's credit note
    ///
    /// Issued when a cancelled order was refunded: it cancels the invoice.
    #[oai(path = "/orders/:token/credit-note", method = "get", operation_id = "getOrderCreditNote")]
    async fn get_order_credit_note(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The order's token.
        token: Path<SecretId>,
    ) -> Result<Json<InvoiceBody>, ApiError> {
        document(lanes, &token.0, DocumentKind::CreditNote).await
    }
}
