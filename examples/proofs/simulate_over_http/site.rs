//! The bank's end: its whole site, called without a port by tasks of the simulation.
//!
//! - The site runs blocking work on threads of the runtime; each acts for the task that the request arrived in, so that
//!   the scheduler decides about it and a crash ends it.
//! - The runtime's own clock stands still, since nobody drives it: no limit of real time decides about a simulated run.
//! - A site serves one request at a time, and another one is built where two are on their way. What they share is the
//!   bank. The lanes of a site are as wide as the machine has cores, and a full one would make a task wait unknown to
//!   the scheduler; that a bank is too busy is what the network's refusals are for.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use bank_core::Bank;
use bank_site::SiteConfig;
use kit_core::testing::{Acting, pause};
use poem::endpoint::BoxEndpoint;
use poem::http::{Request, Response};
use poem::{Endpoint, EndpointExt};
use zeroize::Zeroizing;

pub(crate) type App = BoxEndpoint<'static, poem::Response>;

/// The sites of the bank's present life that serve nobody at the moment.
#[derive(Default)]
pub(crate) struct Sites {
    life: u64,
    idle: Vec<App>,
}

impl Sites {
    pub(crate) fn take(&mut self, life: u64) -> Option<App> {
        if self.life != life {
            self.life = life;
            self.idle.clear();
        }
        self.idle.pop()
    }

    pub(crate) fn put_back(&mut self, life: u64, app: App) {
        if self.life == life {
            self.idle.push(app);
        }
    }
}

/// The site of a bank, as it would be served.
pub(crate) fn open(bank: &Bank) -> App {
    bank_site::app(bank.clone(), SiteConfig::default()).boxed()
}

/// One request and its whole answer. Where the bank dies meanwhile, there is none, and the task unwinds.
pub(crate) fn ask(app: &App, call: &Request<Zeroizing<Vec<u8>>>) -> Response<Vec<u8>> {
    let mut request = poem::Request::builder().method(call.method().clone()).uri(call.uri().clone());
    for (name, value) in call.headers() {
        request = request.header(name, value);
    }
    let request = request.body(call.body().to_vec());
    let task = Acting::for_this_task();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .on_thread_start(move || task.act())
        .build()
        .expect("a runtime without ports needs nothing");
    let answer = {
        let _inside = runtime.enter();
        drive(async { read(app.get_response(request).await).await })
    };
    // Its threads act for the task no longer.
    drop(runtime);
    // A crash may fall between the answer and its way back; where one fell inside, the site made an answer of it.
    pause();
    answer
}

/// An answer that waits for nothing.
pub(crate) fn read_at_once(response: poem::Response) -> Response<Vec<u8>> {
    drive(read(response))
}

async fn read(response: poem::Response) -> Response<Vec<u8>> {
    let (head, body) = response.into_parts();
    let mut answer = Response::new(body.into_vec().await.expect("the body is in memory"));
    *answer.status_mut() = head.status;
    *answer.headers_mut() = head.headers;
    answer
}

/// Waits for a future without driving the runtime's timers.
fn drive<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let (mut context, mut future) = (Context::from_waker(&waker), pin!(future));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(answer) => return answer,
            Poll::Pending => std::thread::park(),
        }
    }
}
