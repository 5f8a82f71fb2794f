//! Something else than the network between the gateway and a bank, for tests (feature `testing`): a simulated network
//! that carries whole requests and answers, or a site that is called without a port.

use ureq::http::{Request, Response};
use zeroize::Zeroizing;

use super::transport::{self, BODY_LIMIT_BYTES, Heard};

/// Carries a call to the bank and its answer back, once.
pub trait Exchange: Send + Sync {
    /// The answer to `call`, whose body is empty where it is a `GET`.
    ///
    /// # Errors
    /// Why there is no answer.
    fn exchange(&self, call: Request<Zeroizing<Vec<u8>>>) -> Result<Response<Vec<u8>>, NoAnswer>;
}

/// Why a call has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoAnswer {
    /// Not a byte of the call left.
    NotSent,
    /// The call may have arrived.
    Lost,
}

pub(super) fn send(exchange: &dyn Exchange, request: Request<Option<&Zeroizing<Vec<u8>>>>) -> Heard {
    match exchange.exchange(request.map(|body| body.cloned().unwrap_or_default())) {
        Ok(answer) if answer.body().len() as u64 > BODY_LIMIT_BYTES => Heard::Nothing,
        Ok(answer) => {
            let (head, body) = answer.into_parts();
            Heard::Reply(transport::reply(head.status, &head.headers, body))
        }
        Err(NoAnswer::NotSent) => Heard::NotSent,
        Err(NoAnswer::Lost) => Heard::Nothing,
    }
}
