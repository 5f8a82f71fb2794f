//! Who is calling: a customer by a session's token, a merchant by an API key. Never a cookie.

use bank_core::model::{CustomerId, Merchant, SessionKind};
use bank_core::{Refusal, SignedIn};
use kit_core::Token;
use kit_web::Problem;
use poem::{Request, Result};
use poem_openapi::SecurityScheme;
use poem_openapi::auth::Bearer;

use crate::lanes::Lanes;
use crate::problem;

/// A customer who has logged in.
pub(super) struct Caller {
    pub(super) signed_in: SignedIn,
    pub(super) token: Token,
}

/// The `token` of `logIn`.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "customerToken", checker = "customer")]
pub(super) struct CustomerToken(pub(super) Caller);

impl CustomerToken {
    pub(super) fn id(&self) -> CustomerId {
        self.0.signed_in.customer.id
    }
}

/// A merchant's API key.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "merchantKey", checker = "merchant")]
pub(super) struct MerchantKey(pub(super) Merchant);

async fn customer(request: &Request, bearer: Bearer) -> Result<Caller> {
    let token = Token::parse(&bearer.token).ok_or_else(|| problem::of_refusal(&Refusal::NotLoggedIn))?;
    let asked = token.clone();
    let signed_in = lanes(request)?.browse(move |bank| bank.authenticate(&asked, SessionKind::Api)).await;
    Ok(Caller { signed_in: signed_in.map_err(|error| problem::of(&error))?, token })
}

async fn merchant(request: &Request, bearer: Bearer) -> Result<Merchant> {
    let key = Token::parse(&bearer.token).ok_or_else(|| problem::of_refusal(&Refusal::UnknownApiKey))?;
    let merchant = lanes(request)?.browse(move |bank| bank.authenticate_merchant(&key)).await;
    Ok(merchant.map_err(|error| problem::of(&error))?)
}

/// `app` puts them there.
fn lanes(request: &Request) -> Result<&Lanes, Problem> {
    request.data().ok_or_else(Problem::internal)
}
