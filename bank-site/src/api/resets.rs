//! Forgotten passwords.

use bank_core::Refusal;
use kit_core::Token;
use kit_web::{ClientIp, SecretText, StrictJson, Text};
use poem::web::Data;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::replies::{Accepted, Done};
use crate::lanes::Lanes;
use crate::problem::ApiError;

/// A request for a password reset.
#[derive(Object)]
#[oai(rename = "PasswordResetRequest", deny_unknown_fields)]
struct RequestBody {
    /// The e-mail address that the customer signs in with.
    email: Text,
}

/// A new password, and the token of the mail.
#[derive(Object)]
#[oai(rename = "PasswordReset", deny_unknown_fields)]
struct ResetBody {
    /// The token of the link in the mail.
    #[oai(write_only)]
    reset_token: SecretText,
    /// The new password: at least 12 characters unless the bank's operator decides otherwise.
    #[oai(write_only)]
    new_password: SecretText,
}

pub(crate) struct Resets;

#[OpenApi(tag = "Tag::Customers")]
impl Resets {
    /// Request a password reset
    ///
    /// Sends a mail with a link that works once, for 30 minutes. The answer does not tell whether the address is a
    /// customer's.
    #[oai(path = "/password-resets", method = "post", operation_id = "requestPasswordReset")]
    async fn request(
        &self,
        Data(lanes): Data<&Lanes>,
        client: ClientIp,
        body: StrictJson<RequestBody>,
    ) -> Result<Accepted, ApiError> {
        let (email, from) = (body.0.email.0, client.subscriber().to_string());
        lanes.money(move |bank| bank.request_password_reset(&email, &from)).await?;
        Ok(Accepted::Accepted)
    }

    /// Reset the password
    ///
    /// Sets a new password with the token of the mail. Ends all sessions of the customer; sign in with `logIn`
    /// afterwards.
    #[oai(path = "/password-resets/redeem", method = "post", operation_id = "resetPassword")]
    async fn reset(
        &self,
        Data(lanes): Data<&Lanes>,
        client: ClientIp,
        body: StrictJson<ResetBody>,
    ) -> Result<Done, ApiError> {
        let token = Token::parse(body.0.reset_token.to_core().expose()).ok_or(Refusal::ResetEnded)?;
        let (new, from) = (body.0.new_password.to_core(), client.subscriber().to_string());
        lanes.hash(move |bank| bank.reset_password(&token, &new, &from)).await?;
        Ok(Done::Done)
    }
}
