//! Request bodies are read whole, capped and in time, before a handler sees them.
//!
//! The caps are enforced twice, for different reasons. The serving loop wraps the body of every request in a
//! capped stream, so that no endpoint can be made to buffer more or wait longer. The shell's layer here reads that
//! stream first of all and answers a refusal in the site's own shape.

use std::{
    fmt, io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use http_body_util::{BodyExt, combinators::BoxBody};
use hyper::body::{Body as HttpBody, Bytes, Frame, SizeHint};
use poem::{Body, Endpoint, IntoEndpoint, IntoResponse, Request, Response, Result};
use tokio::time::{Instant, Sleep};

use crate::Problem;

/// 16 KiB: our largest form or JSON body is a tenth of it.
pub const BODY_BYTES: usize = 16 * 1024;

/// After a refusal this much more is read and thrown away. A server that closes with unread data makes the client's
/// kernel discard the answer, and the client sees a reset instead of our 413.
const DRAIN_BYTES: usize = 1024 * 1024;

/// Why a body ended early. Travels as the inner error of an `io::Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    TooLarge,
    TooSlow,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLarge => "the body is too large",
            Self::TooSlow => "the body did not arrive in time",
        })
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TooLarge => Problem::payload_too_large(),
            Refusal::TooSlow => Problem::body_too_slow(),
        }
    }
}

/// A body that ends in an error when it exceeds `limit` bytes or is not complete within `time`.
pub(crate) fn capped<B>(body: B, limit: usize, time: Duration) -> Body
where
    B: HttpBody<Data = Bytes> + Send + Sync + Unpin + 'static,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let capped = Capped {
        inner: body,
        left: limit,
        drained: 0,
        // The cheap common case, a body that has ended already, needs no timer.
        deadline: None,
        until: Instant::now() + time,
        over: false,
    };
    Body::from(BoxBody::new(capped))
}

struct Capped<B> {
    inner: B,
    left: usize,
    drained: usize,
    deadline: Option<Pin<Box<Sleep>>>,
    until: Instant,
    over: bool,
}

impl<B> HttpBody for Capped<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = &mut *self;
        loop {
            let frame = match Pin::new(&mut this.inner).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => frame,
                Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(io::Error::other(error)))),
                Poll::Ready(None) if this.over => return Poll::Ready(Some(Err(refuse(Refusal::TooLarge)))),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => {
                    let until = this.until;
                    let deadline = this.deadline.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(until)));
                    std::task::ready!(deadline.as_mut().poll(context));
                    let refusal = if this.over { Refusal::TooLarge } else { Refusal::TooSlow };
                    return Poll::Ready(Some(Err(refuse(refusal))));
                }
            };
            let size = frame.data_ref().map_or(0, Bytes::len);
            match this.left.checked_sub(size) {
                Some(left) if !this.over => {
                    this.left = left;
                    return Poll::Ready(Some(Ok(frame)));
                }
                _ => {
                    this.over = true;
                    this.drained += size;
                    if this.drained > DRAIN_BYTES {
                        return Poll::Ready(Some(Err(refuse(Refusal::TooLarge))));
                    }
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.over && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

fn refuse(refusal: Refusal) -> io::Error {
    io::Error::other(refusal)
}

/// How large a body may be, by path.
#[derive(Debug, Clone)]
pub struct BodyLimits {
    /// For every path that no exception names.
    pub default_bytes: usize,
    /// Path prefix and limit, for the few addresses that take an upload. The first match counts.
    pub exceptions: Vec<(&'static str, usize)>,
}

impl Default for BodyLimits {
    fn default() -> Self {
        Self { default_bytes: BODY_BYTES, exceptions: Vec::new() }
    }
}

impl BodyLimits {
    fn of(&self, path: &str) -> usize {
        let exception = self.exceptions.iter().find(|(prefix, _)| path.starts_with(prefix));
        exception.map_or(self.default_bytes, |(_, bytes)| *bytes)
    }
}

/// Reads the body of every request before `app` is called.
pub(crate) fn read_whole<E: IntoEndpoint>(app: E, limits: BodyLimits) -> impl Endpoint<Output = Response> {
    ReadWhole { inner: app.into_endpoint(), limits }
}

struct ReadWhole<E> {
    inner: E,
    limits: BodyLimits,
}

impl<E: Endpoint> Endpoint for ReadWhole<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let limit = self.limits.of(request.uri().path());
        let body = request.take_body();
        let bytes = collect(body, limit).await?;
        request.set_body(Body::from_bytes(bytes));
        self.inner.call(request).await.map(IntoResponse::into_response)
    }
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, Problem> {
    let mut body = BoxBody::<Bytes, io::Error>::from(body);
    let mut whole = Vec::new();
    let mut seen = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| refusal_of(&error))?;
        let Some(data) = frame.data_ref() else { continue };
        seen = seen.saturating_add(data.len());
        if seen <= limit {
            whole.extend_from_slice(data);
        } else if seen > limit.saturating_add(DRAIN_BYTES) {
            break;
        }
    }
    if seen > limit { Err(Problem::payload_too_large()) } else { Ok(whole.into()) }
}

fn refusal_of(error: &io::Error) -> Problem {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Refusal>()) {
        Some(refusal) => (*refusal).into(),
        None => Problem::bad_request("The body could not be read to its end."),
    }
}
