//! Invoices and credit notes: a page to read and print, and a file to keep.
//!
//! The page speaks its reader's language. The file is the document itself: it speaks the language of the order, and is
//! the same whoever takes it.

use askama::Template;
use kit_paper::{Block, Column, FontLibrary, Paper, Table};
use kit_web::{Problem, Words};
use poem::http::header;
use poem::web::{Data, Path};
use poem::{Response, Result, handler};
use shop_core::{Country, DocumentKind, Invoice, OrderLine};

use super::order::path_token;
use super::sums::Sums;
use super::visitor::{Frame, Visitor};
use super::{page, told};
use crate::config::SiteConfig;
use crate::problem;
use crate::words::words;

#[derive(Template)]
#[template(path = "invoice.html")]
struct InvoicePage {
    frame: Frame,
    /// The way back.
    order: String,
    /// The same as a file.
    pdf: String,
    document: Document,
}

/// A document in words, the same for page and file.
struct Document {
    title: String,
    /// What a credit note takes back.
    cancels: Option<String>,
    seller: Vec<String>,
    buyer: Vec<String>,
    facts: Vec<(String, String)>,
    /// What stands above the columns of the lines.
    head: [String; 5],
    lines: Vec<[String; 5]>,
    sums: Vec<(String, String)>,
    total: (String, String),
    vat: Vec<(String, String)>,
    paid: String,
}

impl Document {
    fn of(t: Words<'_>, invoice: &Invoice, home: Country) -> Self {
        let said = |key: &str| t.say(key).to_string();
        let number = invoice.number.to_string();
        let (title, total) = match invoice.number.kind {
            DocumentKind::Invoice => (t.say("invoice-invoice").with("number", number), "cart-total"),
            DocumentKind::CreditNote => (t.say("invoice-credit-note").with("number", number), "invoice-given-back"),
        };
        let cancels =
            invoice.cancels.map(|other| t.say("invoice-cancels").with("number", other.to_string()).to_string());
        let discount = invoice.discount.as_ref().map(|(code, amount)| (code.to_string(), *amount));
        let way = told::way(t, &invoice.shipping.name);
        let shipping = (way, invoice.shipping.price);
        let sums = Sums::of(t, invoice.goods, discount, shipping, invoice.total, &invoice.vat);
        let paid = match &invoice.paid {
            Some(paid) => t.say("invoice-paid").with("date", t.date(paid.at)).with("tail", paid.account_tail.clone()),
            None => t.say("invoice-nothing-to-pay"),
        };
        let paid = paid.to_string();
        let abroad = invoice.buyer.country().is_some_and(|country| country != home);
        let vat_of = abroad.then(|| t.say("invoice-vat-of").with("country", home.name(t.language())).to_string());
        Self {
            title: title.to_string(),
            cancels,
            seller: seller(t, invoice),
            buyer: buyer(t, invoice),
            facts: [
                (said("invoice-number"), invoice.number.to_string()),
                (said("invoice-issued"), t.date(invoice.issued_at)),
                (said("invoice-order"), invoice.order.to_string()),
                (said("invoice-placed"), t.date(invoice.placed_at)),
                (said(if invoice.shipping.pickup { "invoice-pickup" } else { "invoice-delivery" }), days(t, invoice)),
            ]
            .into_iter()
            .chain(invoice.paid.as_ref().map(|paid| (said("invoice-payment"), paid.payment.clone())))
            .collect(),
            head: ["invoice-what", "invoice-quantity", "invoice-each", "invoice-rate", "invoice-amount"].map(said),
            lines: invoice.lines.iter().map(|line| cells(t, line)).collect(),
            sums: sums.rows,
            total: (said(total), sums.total),
            vat: invoice
                .vat
                .iter()
                .flat_map(|sum| {
                    let rate = t.decimal(&sum.rate.to_string());
                    let net = t.say("invoice-net").with("rate", rate.clone()).to_string();
                    let vat = t.say("invoice-vat-sum").with("rate", rate).to_string();
                    [(net, t.money(sum.net())), (vat, t.money(sum.vat))]
                })
                .chain((invoice.rounding.minor != 0).then(|| (said("invoice-rounding"), t.money(invoice.rounding))))
                .collect(),
            paid: std::iter::once(paid).chain(vat_of).collect::<Vec<_>>().join(" "),
        }
    }

    /// As a file.
    fn paper(self, t: Words<'_>, invoice: &Invoice) -> Paper {
        let [what, quantity, each, rate, amount] = self.head;
        let columns = vec![
            Column::text(what, 8),
            Column::amount(quantity, 2),
            Column::amount(each, 3),
            Column::amount(rate, 2),
            Column::amount(amount, 3),
        ];
        let under = |heading: &str, mut lines: Vec<String>| {
            lines.insert(0, t.say(heading).to_string());
            lines
        };
        let seller = self.seller.first().cloned().unwrap_or_default();
        let footer = format!("{seller} · {} · {}", self.title, t.zone_at(invoice.issued_at));
        let mut blocks = vec![Block::Heading(self.title.clone())];
        blocks.extend(self.cancels.map(Block::Text));
        blocks.extend([
            Block::Side(vec![under("invoice-seller", self.seller), under("invoice-buyer", self.buyer)]),
            Block::Facts(self.facts),
            Block::Table(Table { columns, rows: self.lines.into_iter().map(Vec::from).collect() }),
            Block::Sums(self.sums.into_iter().chain([self.total]).collect()),
            Block::Facts(self.vat),
            Block::Text(self.paid),
        ]);
        Paper { title: self.title, language: t.language(), created: invoice.issued_at, footer, blocks }
    }
}

fn seller(t: Words<'_>, invoice: &Invoice) -> Vec<String> {
    let seller = &invoice.seller;
    let vat_id = (!seller.vat_id.is_empty()).then(|| t.say("invoice-vat-id").with("id", seller.vat_id.clone()));
    // A shop whose operator has named nobody sells as itself.
    let name = if seller.name.is_empty() { t.say("site-name").to_string() } else { seller.name.clone() };
    let mut lines = vec![name];
    lines.extend(seller.address.iter().cloned());
    lines.extend(vat_id.map(|said| said.to_string()));
    lines.extend(Some(seller.email.clone()).filter(|email| !email.is_empty()));
    lines
}

fn buyer(t: Words<'_>, invoice: &Invoice) -> Vec<String> {
    let vat_number = Some(&invoice.buyer.vat_number).filter(|number| !number.is_empty());
    let vat_number = vat_number.map(|number| t.say("invoice-vat-id").with("id", number.clone()).to_string());
    invoice.buyer.lines(t.language()).into_iter().chain(vat_number).collect()
}

/// When it was promised: a day, or the first and the last one.
fn days(t: Words<'_>, invoice: &Invoice) -> String {
    let (first, last) = (t.day(invoice.delivery.earliest), t.day(invoice.delivery.latest));
    if first == last { first } else { format!("{first} – {last}") }
}

fn cells(t: Words<'_>, line: &OrderLine) -> [String; 5] {
    let rate = format!("{}\u{a0}%", t.decimal(&line.vat_rate.to_string()));
    [
        format!("{} ({})", line.name, line.sku.as_str()),
        line.quantity.to_string(),
        t.money(line.unit_price),
        rate,
        t.money(line.total),
    ]
}

async fn find(visitor: &Visitor, token: &str, kind: DocumentKind) -> Result<Invoice> {
    let token = path_token(token)?;
    let found = visitor.lanes.browse(move |shop| match kind {
        DocumentKind::Invoice => shop.invoice(&token),
        DocumentKind::CreditNote => shop.credit_note(&token),
    });
    Ok(found.await.map_err(|error| problem::of(&error))?)
}

/// A page's address names the kind as the API does; `.pdf` at its end asks for the file.
fn kind_of(name: &str) -> Result<(DocumentKind, bool), Problem> {
    let (name, file) = name.strip_suffix(".pdf").map_or((name, false), |name| (name, true));
    let kind = [DocumentKind::Invoice, DocumentKind::CreditNote].into_iter().find(|kind| kind.code() == name);
    kind.map(|kind| (kind, file)).ok_or_else(Problem::not_found)
}

#[handler]
pub(super) async fn show(
    visitor: Visitor,
    Path((token, name)): Path<(String, String)>,
    Data(config): Data<&SiteConfig>,
) -> Result<Response> {
    let (kind, file) = kind_of(&name)?;
    let invoice = find(&visitor, &token, kind).await?;
    if file {
        return pdf(&visitor, invoice, &config.fonts).await;
    }
    let order = format!("/orders/{token}");
    let home = visitor.lanes.shop().config().destinations.home;
    let document = Document::of(visitor.frame.t, &invoice, home);
    page(&InvoicePage { frame: visitor.frame, pdf: format!("{order}/{}.pdf", kind.code()), order, document })
}

async fn pdf(visitor: &Visitor, invoice: Invoice, fonts: &FontLibrary) -> Result<Response> {
    let name = invoice.number.to_string();
    // Writing takes its time, so it is done in the lane.
    let fonts = fonts.clone();
    let written = visitor.lanes.browse(move |shop| {
        let (t, home) = (words(invoice.language, shop.calendar()), shop.config().destinations.home);
        Ok(kit_paper::render(&Document::of(t, &invoice, home).paper(t, &invoice), &fonts))
    });
    let written = written.await.map_err(|error| problem::of(&error))?;
    let bytes = written.map_err(|error| {
        tracing::error!(%error, "an invoice could not be rendered");
        Problem::internal()
    })?;
    let response = Response::builder().header(header::CONTENT_TYPE, "application/pdf");
    Ok(response.header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.pdf\"")).body(bytes))
}
