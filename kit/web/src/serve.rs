//! The serving loop: hyper under limits of our own.
//!
//! poem's server sets no timers, so a client that stops half-way through its headers or body holds a connection for
//! ever; it has no cap on connections, and its accept loop spins when file descriptors run out. This loop has:
//!
//! | against | limit |
//! |---|---|
//! | too many connections | a permit is taken before accepting; the rest waits in the kernel's queue |
//! | a socket that says nothing | `first_byte` |
//! | headers that drip, and keep-alive without a next request | `header_read` |
//! | a body that is too large or drips | `body_bytes`, `body` |
//! | a handler that does not come back | `request`: a 503, and its future is dropped |
//! | a client that does not read its answer | `write_stall` |
//! | a stop that never ends | `graceful` |
//!
//! It speaks HTTP/1.1 only. Browsers never speak HTTP/2 without TLS, and a TLS proxy gains nothing from it on loopback;
//! so nobody loses anything, and the attacks on stream multiplexing have nowhere to go.

mod descriptors;
mod stall;

use std::{
    convert::Infallible, future::Future, io, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration,
};

use futures_util::FutureExt;
use http_body_util::combinators::BoxBody;
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::{
    Addr, Endpoint, IntoResponse, Request, RequestParts, Response,
    http::{Version, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use thiserror::Error;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    task::JoinSet,
    time::{Instant, sleep, timeout, timeout_at},
};

use crate::{Problem, body, headers, problem::HostFault, shell::Deadline};
use stall::WriteStall;

/// What a client may take of the server. The defaults suit a small machine on the open internet.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once. 4096 × 16 KiB of body and as much of header bound the memory at 128 MiB.
    pub max_connections: usize,
    /// Until the first byte of a connection.
    pub first_byte: Duration,
    /// From the first byte of a request, or the end of the previous answer, to the end of the headers.
    pub header_read: Duration,
    /// From the end of the headers to the end of the body.
    pub body: Duration,
    /// From the end of the headers to the handler's answer.
    pub request: Duration,
    /// Without any progress while an answer is written.
    pub write_stall: Duration,
    /// Header lines of a request.
    pub max_headers: usize,
    /// Bytes of headers of a request; at least 8 KiB.
    pub header_bytes: usize,
    /// Bytes of body of a request, whatever the path. A site may be stricter by path; see `ShellConfig`.
    pub body_bytes: usize,
    /// From the signal to stop until the last connection is cut.
    pub graceful: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 4096,
            first_byte: Duration::from_secs(5),
            header_read: Duration::from_secs(5),
            body: Duration::from_secs(5),
            request: Duration::from_secs(10),
            write_stall: Duration::from_secs(10),
            max_headers: 64,
            header_bytes: 16 * 1024,
            body_bytes: body::BODY_BYTES,
            graceful: Duration::from_secs(10),
        }
    }
}

/// The shell answers at the deadline; an endpoint without one is cut this much later.
const BACKSTOP: Duration = Duration::from_millis(250);

/// How long to wait when accepting fails. Out of descriptors, trying again at once would only burn a core.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why a site cannot listen. It prints as one line.
#[derive(Debug, Error)]
#[error("cannot listen on {address}: {}; choose another with {flag}", reason(.source))]
pub struct BindError {
    /// Where the site was told to listen.
    pub address: SocketAddr,
    /// The flag that says where.
    pub flag: &'static str,
    /// What the system said.
    pub source: io::Error,
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => "address already in use".to_owned(),
        io::ErrorKind::AddrNotAvailable => "this machine has no such address".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// Binds a listening socket. `flag` is named in the error, so that it says what to do.
///
/// # Errors
/// [`BindError`], in one line.
pub async fn bind(address: SocketAddr, flag: &'static str) -> Result<TcpListener, BindError> {
    TcpListener::bind(address).await.map_err(|source| BindError { address, flag, source })
}

/// Completes at Ctrl-C or SIGTERM.
///
/// Listens for both from the moment it is called, not only once it is awaited: a program that has said where it is may
/// be stopped at any time.
///
/// # Panics
/// Outside a Tokio runtime.
pub fn shutdown_signal() -> impl Future<Output = ()> + Send {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    };
    async move {
        #[cfg(unix)]
        if let (Ok(mut interrupt), Ok(mut terminate)) = signals {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
        // Where signals cannot be listened for, an error must not stop the program: it goes on until it is ended.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Serves `app` until `shutdown` completes and the connections have ended.
///
/// After the signal nothing is accepted, idle connections are closed, and requests in flight have
/// [`Limits::graceful`] to finish; what is left then is cut.
///
/// # Errors
/// When the listener's own address cannot be read, which means that there is no listener.
pub async fn serve<E>(
    listener: TcpListener,
    app: E,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()>
where
    E: Endpoint + 'static,
{
    let local = listener.local_addr()?;
    let affordable = descriptors::affordable(limits.max_connections);
    if affordable < limits.max_connections {
        tracing::warn!(affordable, wanted = limits.max_connections, "too few file descriptors for all connections");
    }
    let permits = Arc::new(Semaphore::new(affordable));
    let server = Arc::new(Server { app, limits, local });
    let (stop, stopped) = watch::channel(false);
    let mut connections = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&listener, &permits) => accepted,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((socket, peer, permit)) => {
                let server = Arc::clone(&server);
                let stopped = stopped.clone();
                connections.spawn(async move {
                    server.connection(socket, peer, stopped).await;
                    drop(permit);
                });
            }
            // The client was gone before we came: nothing of ours is short.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept connections; pausing");
                tokio::select! {
                    () = &mut shutdown => break,
                    () = sleep(ACCEPT_PAUSE) => {}
                }
            }
        }
    }
    drop(listener);
    stop.send_replace(true);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if timeout(server.limits.graceful, all_ended).await.is_err() {
        tracing::warn!(left = connections.len(), "cutting the connections that did not finish in time");
        connections.shutdown().await;
    }
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.map_err(io::Error::other)?;
    let (socket, peer) = listener.accept().await?;
    Ok((socket, peer, permit))
}

struct Server<E> {
    app: E,
    limits: Limits,
    local: SocketAddr,
}

impl<E: Endpoint + 'static> Server<E> {
    async fn connection(self: Arc<Self>, socket: TcpStream, peer: SocketAddr, mut stopped: watch::Receiver<bool>) {
        // Answers are written whole; waiting to merge them with something later only delays them.
        let _ = socket.set_nodelay(true);
        let mut byte = [0];
        let first_byte = tokio::select! {
            // Peeked, not `readable()`: that one may return without anything to read.
            peeked = timeout(self.limits.first_byte, socket.peek(&mut byte)) => matches!(peeked, Ok(Ok(1))),
            () = told(&mut stopped) => false,
        };
        if !first_byte {
            return;
        }
        let io = TokioIo::new(WriteStall::new(socket, self.limits.write_stall));
        let service = service_fn(|request| {
            let server = Arc::clone(&self);
            async move { Ok::<_, Infallible>(server.answer(request, peer).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.header_read)
            .max_headers(self.limits.max_headers)
            .max_buf_size(self.limits.header_bytes.max(8 * 1024))
            .serve_connection(io, service);
        tokio::pin!(connection);
        let outcome = tokio::select! {
            outcome = &mut connection => outcome,
            () = told(&mut stopped) => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = outcome {
            // Clients that go away or never finish are everyday life, not our errors.
            tracing::debug!(%error, "connection ended early");
        }
    }

    async fn answer(
        &self,
        request: hyper::Request<Incoming>,
        peer: SocketAddr,
    ) -> hyper::Response<BoxBody<Bytes, io::Error>> {
        let deadline = Instant::now() + self.limits.request;
        let (parts, incoming) = request.into_parts();
        let local = LocalAddr(Addr::SocketAddr(self.local));
        let remote = RemoteAddr(Addr::SocketAddr(peer));
        let body = body::capped(incoming, self.limits.body_bytes, self.limits.body);
        let mut request = Request::from_parts(RequestParts::from((parts, local, remote, Scheme::HTTP)), body);
        request.set_data(Deadline(deadline));
        if !names_one_host(&request) {
            request.set_data(HostFault);
        }
        let work = AssertUnwindSafe(self.app.get_response(request)).catch_unwind();
        let response = match timeout_at(deadline + BACKSTOP, work).await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => {
                tracing::error!("an endpoint panicked");
                plain(Problem::internal())
            }
            Err(_) => plain(Problem::deadline()),
        };
        response.into()
    }
}

/// RFC 9112, 3.2: a request of HTTP/1.1 has exactly one Host. With two, a proxy in front may believe the other one.
fn names_one_host(request: &Request) -> bool {
    let hosts = request.headers().get_all(header::HOST).iter().count();
    hosts == 1 || (hosts == 0 && request.version() < Version::HTTP_11)
}

/// Completes when the server is told to stop.
async fn told(stopped: &mut watch::Receiver<bool>) {
    // An error means that the server itself is gone, which says the same.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// The answer for an app without a shell of its own.
fn plain(problem: Problem) -> Response {
    let mut response = problem.into_response();
    headers::harden(&mut response, false, headers::POLICY);
    response
}
