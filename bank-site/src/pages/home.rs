//! The first page: what this bank is.

use askama::Template;
use poem::{Response, Result, handler};

use super::visitor::{Frame, Visitor};
use super::{go, page};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
}

#[handler]
pub(super) async fn show(visitor: Visitor) -> Result<Response> {
    match visitor.signed_in {
        Some(_) => Ok(go("/accounts")),
        None => page(&HomePage { frame: visitor.frame }),
    }
}
