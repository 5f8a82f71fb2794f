//! The serving loop, with real sockets and short deadlines. What should be cut is awaited until it is cut.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use kit_web::{Limits, ShellConfig, bind, serve, shell};
use poem::{Endpoint, IntoEndpoint, Request, Response, endpoint::make};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::{Notify, oneshot},
    task::JoinHandle,
};

use crate::app;

/// A test that waits for ever would say nothing; this is far from every deadline used here.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), work).await.expect("nothing happened for 30 s")
}

const SHORT: Duration = Duration::from_millis(100);

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

async fn start(app: impl IntoEndpoint<Endpoint = impl Endpoint + 'static>, limits: Limits) -> Running {
    let listener = bind(([127, 0, 0, 1], 0).into(), "--listen").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let app = app.into_endpoint();
    let server = tokio::spawn(async move {
        serve(listener, app, limits, async {
            let _ = stopped.await;
        })
        .await
    });
    Running { address, stop, server }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn send(&self, request: &str) -> TcpStream {
        let mut socket = self.connect().await;
        socket.write_all(request.as_bytes()).await.unwrap();
        socket
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        soon(self.server).await.unwrap().unwrap();
    }
}

/// Everything until the server closes.
async fn rest(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let _ = soon(socket.read_to_end(&mut bytes)).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// One answer with a Content-Length, leaving the connection open.
async fn answer(socket: &mut TcpStream) -> String {
    let mut text = String::new();
    loop {
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_ascii_lowercase();
            let length = length.split("content-length: ").nth(1).map_or("0", |rest| rest.lines().next().unwrap());
            if body.len() >= length.parse::<usize>().unwrap() {
                return text;
            }
        }
        let mut bytes = [0; 4096];
        let count = soon(socket.read(&mut bytes)).await.unwrap();
        assert_ne!(count, 0, "closed after {text:?}");
        text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
    }
}

fn hello() -> impl Endpoint<Output = Response> {
    make(|request: Request| async move {
        let body = request.into_body().into_string().await?;
        Ok::<_, poem::Error>(Response::from(format!("hello {body}")))
    })
}

const GET: &str = "GET / HTTP/1.1\r\nHost: test\r\n\r\n";
const GET_AND_CLOSE: &str = "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn a_silent_socket_is_closed() {
    let server = start(hello(), Limits { first_byte: SHORT, ..Limits::default() }).await;
    assert_eq!(rest(&mut server.connect().await).await, "");
    server.stop().await;
}

#[tokio::test]
async fn headers_that_never_end_are_cut() {
    let server = start(hello(), Limits { header_read: SHORT, ..Limits::default() }).await;
    let mut socket = server.send("GET / HTTP/1.1\r\nHost: te").await;
    assert!(!rest(&mut socket).await.contains("200"));
    server.stop().await;
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let server = start(hello(), Limits { header_read: SHORT, ..Limits::default() }).await;
    let mut socket = server.send(GET).await;
    assert!(answer(&mut socket).await.contains("hello"));
    assert_eq!(rest(&mut socket).await, "");
    server.stop().await;
}

#[tokio::test]
async fn headers_are_bounded() {
    let server = start(hello(), Limits::default()).await;
    let many: String = (0..100).map(|n| format!("x-{n}: 1\r\n")).collect();
    for headers in [many, format!("x: {}\r\n", "y".repeat(40_000))] {
        let mut socket = server.send(&format!("GET / HTTP/1.1\r\nHost: test\r\n{headers}\r\n")).await;
        let answer = rest(&mut socket).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    server.stop().await;
}

fn shelled() -> impl Endpoint<Output = Response> + 'static {
    let routes = poem::Route::new().at("/", hello()).at("/api/echo", hello());
    shell(routes, ShellConfig::new("test", app::error_page))
}

#[tokio::test]
async fn a_chunked_body_over_the_limit_is_refused_in_the_sites_shape() {
    let server = start(shelled(), Limits::default()).await;
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
    let body = format!("{}0\r\n\r\n", chunk.repeat(5));
    let head = "POST /api/echo HTTP/1.1\r\nHost: test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    let answer = rest(&mut server.send(&format!("{head}{body}")).await).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("application/problem+json") && answer.contains("content-security-policy"), "{answer}");
    assert!(!answer.contains("xxx"));
    let body = format!("{}0\r\n\r\n", chunk.repeat(4));
    let answer = rest(&mut server.send(&format!("{head}{body}")).await).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "exactly the limit: {answer}");
    server.stop().await;
}

#[tokio::test]
async fn a_declared_body_over_the_limit_is_refused() {
    let server = start(shelled(), Limits::default()).await;
    let head = "POST /api/echo HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 20000\r\n\r\n";
    let answer = rest(&mut server.send(&format!("{head}{}", "x".repeat(20_000))).await).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn an_endpoint_without_a_shell_cannot_be_flooded_either() {
    let server = start(hello(), Limits { body_bytes: 10, ..Limits::default() }).await;
    let head = "POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: 11\r\n\r\n";
    let answer = rest(&mut server.send(&format!("{head}hello world")).await).await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn a_body_that_drips_is_refused() {
    let server = start(shelled(), Limits { body: SHORT, ..Limits::default() }).await;
    let head = "POST /api/echo HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nonly this";
    let answer = rest(&mut server.send(head).await).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("request-timeout"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn a_handler_that_does_not_come_back_is_a_503() {
    let limits = || Limits { request: SHORT, ..Limits::default() };
    let never = || make(|_| async { std::future::pending::<Result<Response, poem::Error>>().await });
    let bare = start(never(), limits()).await;
    let text = answer(&mut bare.send(GET).await).await;
    assert!(text.starts_with("HTTP/1.1 503") && text.contains("application/problem+json"), "{text}");
    bare.stop().await;

    let config = ShellConfig::new("test", app::error_page);
    let shelled = start(shell(poem::Route::new().at("/", never()), config), limits()).await;
    let text = answer(&mut shelled.send(GET).await).await;
    assert!(text.starts_with("HTTP/1.1 503") && text.contains("<h1>The request took too long</h1>"), "{text}");
    assert!(text.contains("retry-after: 1"), "{text}");
    shelled.stop().await;
}

#[tokio::test]
async fn a_panic_is_a_500_and_the_connection_goes_on() {
    let app = make(|request: Request| async move {
        assert_ne!(request.uri().path(), "/bug", "a bug");
        Ok::<_, poem::Error>(Response::from("fine"))
    });
    let server = start(app, Limits::default()).await;
    let mut socket = server.send("GET /bug HTTP/1.1\r\nHost: test\r\n\r\n").await;
    let text = answer(&mut socket).await;
    assert!(text.starts_with("HTTP/1.1 500") && text.contains("\"code\":\"internal\""), "{text}");
    assert!(!text.contains("a bug"));
    socket.write_all(GET_AND_CLOSE.as_bytes()).await.unwrap();
    assert!(rest(&mut socket).await.ends_with("fine"));
    server.stop().await;
}

/// An endpoint that says when a request is in, and answers when it is let go.
fn gate() -> (Arc<Notify>, Arc<Notify>, impl Endpoint<Output = Response>) {
    let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (inner_entered, inner_release) = (Arc::clone(&entered), Arc::clone(&release));
    let app = make(move |_| {
        let (entered, release) = (Arc::clone(&inner_entered), Arc::clone(&inner_release));
        async move {
            entered.notify_one();
            release.notified().await;
            Ok::<_, poem::Error>(Response::from("finished"))
        }
    });
    (entered, release, app)
}

#[tokio::test]
async fn stopping_lets_requests_finish_and_closes_idle_connections() {
    let (entered, release, app) = gate();
    let server = start(
        app,
        Limits {
            header_read: Duration::from_secs(3600),
            first_byte: Duration::from_secs(3600),
            graceful: Duration::from_secs(3600),
            ..Limits::default()
        },
    )
    .await;
    let address = server.address;
    let mut silent = server.connect().await;
    let mut idle = server.send(GET).await;
    soon(entered.notified()).await;
    release.notify_one();
    answer(&mut idle).await;
    let mut busy = server.send(GET).await;
    soon(entered.notified()).await;

    let _ = server.stop.send(());
    // Long before any deadline.
    assert_eq!(rest(&mut idle).await, "");
    assert_eq!(rest(&mut silent).await, "");
    assert!(!server.server.is_finished());
    assert!(TcpStream::connect(address).await.is_err(), "still accepting");
    release.notify_one();
    let text = rest(&mut busy).await;
    assert!(text.starts_with("HTTP/1.1 200") && text.ends_with("finished"), "{text}");
    soon(server.server).await.unwrap().unwrap();
}

#[tokio::test]
async fn stopping_has_a_hard_end() {
    let (entered, _release, app) = gate();
    let server = start(app, Limits { graceful: SHORT, request: Duration::from_secs(3600), ..Limits::default() }).await;
    let mut busy = server.send(GET).await;
    soon(entered.notified()).await;
    server.stop().await;
    assert_eq!(rest(&mut busy).await, "");
}

#[tokio::test]
async fn connections_are_capped() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let release = Arc::new(Notify::new());
    let entered = Arc::new(Notify::new());
    let app = {
        let (seen, release, entered) = (Arc::clone(&seen), Arc::clone(&release), Arc::clone(&entered));
        make(move |request: Request| {
            let (seen, release, entered) = (Arc::clone(&seen), Arc::clone(&release), Arc::clone(&entered));
            async move {
                let path = request.uri().path().to_owned();
                seen.lock().unwrap().push(format!("{path} in"));
                if path == "/first" {
                    entered.notify_one();
                    release.notified().await;
                }
                seen.lock().unwrap().push(format!("{path} out"));
                Ok::<_, poem::Error>(Response::from("fine"))
            }
        })
    };
    let server = start(app, Limits { max_connections: 1, ..Limits::default() }).await;
    let close = "HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";
    let mut first = server.send(&format!("GET /first {close}")).await;
    soon(entered.notified()).await;
    let mut second = server.send(&format!("GET /second {close}")).await;
    // Server and test share one thread: without a cap, these turns are plenty for the second to be answered.
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    release.notify_one();
    assert!(rest(&mut first).await.ends_with("fine"));
    assert!(rest(&mut second).await.ends_with("fine"));
    assert_eq!(*seen.lock().unwrap(), ["/first in", "/first out", "/second in", "/second out"]);
    server.stop().await;
}

#[tokio::test]
async fn a_taken_address_is_one_clear_line() {
    let taken = bind(([127, 0, 0, 1], 0).into(), "--bank-listen").await.unwrap();
    let address = taken.local_addr().unwrap();
    let error = bind(address, "--bank-listen").await.unwrap_err();
    let expected = format!("cannot listen on {address}: address already in use; choose another with --bank-listen");
    assert_eq!(error.to_string(), expected);
}

#[tokio::test]
async fn a_request_names_its_host_exactly_once() {
    let running = start(app::app(), Limits::default()).await;
    for (head, status) in [
        ("GET /shown HTTP/1.1\r\nHost: site.test", "200"),
        ("GET /shown HTTP/1.1", "400"),
        ("GET /shown HTTP/1.1\r\nHost: site.test\r\nHost: evil.test", "400"),
        ("GET /shown HTTP/1.0\r\nHost: a.test\r\nHost: b.test", "400"),
        ("GET /shown HTTP/1.0", "200"),
        ("GET /api/v1/transfers/7 HTTP/1.1", "400"),
    ] {
        let mut socket = running.send(&format!("{head}\r\nConnection: close\r\n\r\n")).await;
        let answer = rest(&mut socket).await;
        assert_eq!(answer.split(' ').nth(1), Some(status), "{head}: {answer}");
        assert!(answer.contains("x-request-id"), "refused where it is logged: {answer}");
        let in_the_api = head.contains("/api/");
        assert_eq!(answer.contains("application/problem+json"), in_the_api, "{answer}");
    }
    running.stop().await;
}
