//! `GET /healthz`: is the site ready to serve?

use poem::{Response, endpoint::make, http::StatusCode};
use std::sync::Arc;

use crate::{
    Lane,
    pages::{Page, show},
};

/// A page that answers 200 `ok`, or 503 when `ready` says no.
///
/// `ready` may block; it runs in a lane of its own with room for few, because anybody may ask. The reason it gives is
/// logged and not told.
pub fn healthz<F>(ready: F) -> Page
where
    F: Fn() -> Result<(), String> + Send + Sync + 'static,
{
    let lane = Lane::new("healthz", 1, 8);
    let ready = Arc::new(ready);
    show(make(move |_| {
        let (lane, ready) = (lane.clone(), Arc::clone(&ready));
        async move {
            match lane.run(move || ready()).await {
                Ok(Ok(())) => Ok::<_, poem::Error>(plain(StatusCode::OK, "ok\n")),
                Ok(Err(reason)) => {
                    tracing::warn!(reason = %crate::telemetry::one_line(&reason), "not ready");
                    Ok(plain(StatusCode::SERVICE_UNAVAILABLE, "not ready\n"))
                }
                Err(_) => Ok(plain(StatusCode::SERVICE_UNAVAILABLE, "not ready\n")),
            }
        }
    }))
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    Response::builder().status(status).content_type("text/plain; charset=utf-8").body(text)
}
