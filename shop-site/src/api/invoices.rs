//! Invoices and credit notes.

use kit_web::Text;
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use shop_core::{DocumentKind, Invoice, PaidBy, Seller};

use super::orders::{ContactBody, OrderLineBody};
use super::sums::{DiscountBody, OrderShippingBody, VatSumBody};
use super::{Tag, fields};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// Who sells.
#[derive(Object)]
#[oai(rename = "Seller")]
struct SellerBody {
    /// Its legal name.
    name: Text,
    /// Its address, one line each.
    address: Vec<Text>,
    /// Its VAT identification number.
    #[oai(skip_serializing_if_is_none)]
    vat_id: Option<Text>,
    /// Where customers write to.
    #[oai(skip_serializing_if_is_none)]
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
    account_tail: Text,
    /// The bank's id of the payment.
    payment: Text,
    /// How much.
    amount: Text,
    /// The currency.
    currency: Text,
    /// When.
    at: Text,
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

/// An invoice, or the credit note that takes one back. The amounts are those of the sale in both: a credit note says that
/// they were given back.
#[derive(Object)]
#[oai(rename = "Invoice")]
struct InvoiceBody {
    /// `invoice` or `credit-note`.
    kind: Text,
    /// Its number, such as `INV-000042`; each kind is numbered without a gap.
    number: Text,
    /// When it was issued.
    issued_at: Text,
    /// The invoice that a credit note takes back.
    #[oai(skip_serializing_if_is_none)]
    cancels: Option<Text>,
    /// The order's number.
    order: Text,
    /// When the order was placed.
    placed_at: Text,
    /// Who sold.
    seller: SellerBody,
    /// Who bought.
    buyer: ContactBody,
    /// What was bought.
    lines: Vec<OrderLineBody>,
    /// What all lines cost before the discount, VAT included.
    goods: Text,
    /// The discount that the lines bear.
    #[oai(skip_serializing_if_is_none)]
    discount: Option<DiscountBody>,
    /// How it was sent.
    shipping: OrderShippingBody,
    /// The VAT by rate, the highest first; all of it adds up to the total.
    vat: Vec<VatSumBody>,
    /// What was paid, VAT included.
    total: Text,
    /// The currency of the amounts.
    currency: Text,
    /// How it was paid.
    payment: InvoicePaymentBody,
    /// The language of the order: `en` or `de`.
    language: Text,
}

impl From<&Invoice> for InvoiceBody {
    fn from(invoice: &Invoice) -> Self {
        let discount = invoice.discount.as_ref().map(|(code, amount)| DiscountBody {
            code: code.as_str().into(),
            amount: amount.decimal().into(),
            currency: amount.currency.code().into(),
        });
        Self {
            kind: invoice.number.kind.code().into(),
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
            vat: invoice.vat.iter().map(VatSumBody::from).collect(),
            total: invoice.total.decimal().into(),
            currency: invoice.total.currency.code().into(),
            payment: (&invoice.paid).into(),
            language: invoice.language.code().into(),
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
    /// An order's invoice
    ///
    /// There is one as soon as the order is paid, and it stays when the order is cancelled afterwards.
    #[oai(path = "/orders/:token/invoice", method = "get", operation_id = "getOrderInvoice")]
    async fn get_order_invoice(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The order's token.
        token: Path<Text>,
    ) -> Result<Json<InvoiceBody>, ApiError> {
        document(lanes, &token.0, DocumentKind::Invoice).await
    }

    /// An order's credit note
    ///
    /// There is one as soon as the money of a cancelled order was given back: it takes the invoice back.
    #[oai(path = "/orders/:token/credit-note", method = "get", operation_id = "getOrderCreditNote")]
    async fn get_order_credit_note(
        &self,
        Data(lanes): Data<&Lanes>,
        /// The order's token.
        token: Path<Text>,
    ) -> Result<Json<InvoiceBody>, ApiError> {
        document(lanes, &token.0, DocumentKind::CreditNote).await
    }
}
