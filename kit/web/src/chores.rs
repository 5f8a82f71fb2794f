//! What a site does beside answering: again and again, while it is served.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::MissedTickBehavior;

/// Does a piece of blocking work at once and then `every` so often, until it is dropped. One round after the other: a
/// slow one delays the next. Work under way when it is dropped ends by itself; a panic is logged and ends nothing.
pub async fn repeat(every: Duration, what: &'static str, work: impl Fn() + Send + Sync + 'static) -> Infallible {
    let work = Arc::new(work);
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let work = Arc::clone(&work);
        if tokio::task::spawn_blocking(move || work()).await.is_err() {
            tracing::error!(what, "housekeeping panicked; trying again");
        }
    }
}
