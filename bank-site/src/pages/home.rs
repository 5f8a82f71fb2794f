//! The first page: what this bank is.

use askama::Template;
use kit_core::{Currency, Money};
use poem::{Response, Result, handler};

use super::visitor::{Frame, Visitor};
use super::{go, page};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
}

/// An amount of the picture beside the heading.
fn example(minor: i64) -> Money {
    Money::new(minor, Currency::EUR)
}

#[handler]
pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    match visitor.signed_in {
        Some(_) => Ok(go("/accounts")),
        None => page(&HomePage { frame: visitor.frame }),
    }
}
