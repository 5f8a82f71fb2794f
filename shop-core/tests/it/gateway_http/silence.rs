//! Silence: what is known when no whole answer comes back, and that it is known in time.

use std::net::{TcpListener, TcpStream};

use super::*;
use shop_core::gateway::http::HttpConfigError;

fn check_every(behaviour: &Behaviour, expected: &Answer) {
    for what in EVERY {
        assert_eq!(&hear(behaviour.clone(), what), expected, "{what:?}");
    }
}

#[test]
fn a_connection_that_ends_early_leaves_nothing_known() {
    let whole = format!(
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
        payment("captured", &[]).len(),
        payment("captured", &[])
    );
    check_every(&Behaviour::Closes, &Answer::Unknown);
    check_every(&Behaviour::Resets, &Answer::Unknown);
    check_every(&Behaviour::Says(Vec::new()), &Answer::Unknown);
    check_every(&Behaviour::Says(b"HTTP/1.1 201 Created\r\nContent-Type: applica".to_vec()), &Answer::Unknown);
    check_every(&Behaviour::Says(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec()), &Answer::Unknown);
    check_every(&Behaviour::Says(vec![0; 300]), &Answer::Unknown);
    let whole = whole.into_bytes();
    check_every(&Behaviour::Says(whole[..whole.len() - 1].to_vec()), &Answer::Unknown);
    assert_eq!(hear(Behaviour::Says(whole), Ask::Purchase), captured(), "the whole of it is an answer");
}

#[test]
fn a_chunked_answer_that_stops_is_no_answer() {
    let body = payment("captured", &[]);
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
    let half = format!("{head}{:x}\r\n{}", body.len(), &body[..body.len() - 5]);
    check_every(&Behaviour::Says(half.into_bytes()), &Answer::Unknown);
    let whole = format!("{head}{:x}\r\n{body}\r\n0\r\n\r\n", body.len());
    assert_eq!(hear(Behaviour::Says(whole.into_bytes()), Ask::Purchase), captured());
}

#[test]
fn an_answer_above_64_kib_is_not_read() {
    let padded = |length: usize| {
        let body = payment("captured", &[]);
        success("200 OK", &format!("{body}{}", " ".repeat(length - body.len())))
    };
    assert_eq!(hear(padded(64 * 1024), Ask::Purchase), captured());
    assert_eq!(hear(padded(64 * 1024 + 1), Ask::Purchase), Answer::Unknown);
    let endless_head = format!("HTTP/1.1 200 OK\r\nX-Padding: {}\r\n\r\n{{}}", "x".repeat(20 * 1024));
    assert_eq!(hear(Behaviour::Says(endless_head.into_bytes()), Ask::Purchase), Answer::Unknown);
}

#[test]
fn no_call_takes_longer_than_its_deadline() {
    let deadline = Duration::from_millis(150);
    let slow = [
        Behaviour::Hangs,
        // Progress is made all the time: the deadline is for the whole call, not for each read.
        Behaviour::Drips(Vec::new(), b'H'),
        Behaviour::Drips(
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{}", payment("captured", &[]))
                .into_bytes(),
            b' ',
        ),
    ];
    for behaviour in slow {
        let server = Server::start(behaviour);
        let gateway = gateway(&server.url(), deadline);
        assert_eq!(gateway.capabilities().deadline, deadline);
        assert_eq!(ask(&gateway, Ask::Purchase), Answer::Unknown);
        // The server goes on until its caller hangs up: that happens at the deadline, or not at all.
        assert!(server.was_left());
    }
}

#[test]
fn nobody_listening_is_not_sent() {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    for scheme in ["http", "https"] {
        let gateway = gateway(&format!("{scheme}://127.0.0.1:{port}"), Duration::from_secs(5));
        for what in EVERY {
            assert_eq!(ask(&gateway, what), Answer::NotSent, "{scheme} {what:?}");
        }
    }
}

#[test]
fn a_name_that_is_not_found_is_not_sent() {
    // RFC 6761: `.invalid` never resolves.
    let gateway = gateway("https://bank.invalid", Duration::from_secs(5));
    assert_eq!(ask(&gateway, Ask::Purchase), Answer::NotSent);
}

#[test]
fn a_tls_handshake_that_fails_is_not_sent() {
    for behaviour in [Behaviour::Closes, Behaviour::Resets, Behaviour::Says(b"HTTP/1.1 400 No\r\n\r\n".to_vec())] {
        let server = Server::start(behaviour);
        let gateway = gateway(&format!("https://127.0.0.1:{}", server.port()), Duration::from_secs(5));
        assert_eq!(ask(&gateway, Ask::Purchase), Answer::NotSent);
    }
}

#[test]
fn a_tls_handshake_that_hangs_is_not_sent_in_time() {
    // Accepted by the kernel, answered by nobody.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("its address").port();
    let gateway = gateway(&format!("https://127.0.0.1:{port}"), Duration::from_millis(200));
    // Nobody ever ends the handshake: only the deadline brings an answer.
    assert_eq!(ask(&gateway, Ask::Purchase), Answer::NotSent);
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Server::start(success("200 OK", &payment("captured", &[])));
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let headers = format!("Location: {}/api/v1/payments\r\n", elsewhere.url());
        for what in EVERY {
            assert_eq!(hear(answer(status, &headers, ""), what), Answer::Unknown, "{status} {what:?}");
        }
    }
    assert!(elsewhere.calls().is_empty(), "a key and a PIN would have gone there");
}

#[test]
fn no_connection_is_kept_for_a_second_call() {
    let Behaviour::Says(bytes) = success("200 OK", &payment("captured", &[])) else { unreachable!() };
    let server = Server::start(Behaviour::KeepsAlive(bytes));
    let gateway = gateway(&server.url(), Duration::from_secs(5));
    assert_eq!(ask(&gateway, Ask::Purchase), captured());
    assert_eq!(ask(&gateway, Ask::Void), captured());
    let calls = server.calls();
    assert!(calls.len() == 2 && calls[1].contains("/void "), "{calls:?}");
}

#[test]
fn a_call_is_never_sent_twice() {
    let calls = |behaviour| {
        let server = Server::start(behaviour);
        assert_eq!(ask(&gateway(&server.url(), Duration::from_secs(5)), Ask::Purchase), Answer::Unknown);
        server.calls().len()
    };
    assert_eq!(calls(Behaviour::Says(Vec::new())), 1);
    assert_eq!(calls(Behaviour::Says(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n".to_vec())), 1);
}

#[test]
fn terms_that_do_not_hold_together_are_refused() {
    let check = |base_url: &str, api_key: &str, deadline, expected| {
        let api_key = SecretText::new(api_key.to_owned());
        let made = HttpGateway::new(HttpConfig { base_url: base_url.to_owned(), api_key, deadline });
        assert_eq!(made.err(), expected, "{base_url}");
    };
    let second = Duration::from_secs(1);
    for good in ["https://bank.example", "http://localhost:1", "http://127.0.0.2:1", "http://[::1]:1/bank"] {
        check(good, "sk_1", second, None);
    }
    check("http://127.0.0.1.evil.example", "sk_1", second, Some(HttpConfigError::NotEncrypted));
    check("http://127.0.0.1@evil.example/", "sk_1", second, Some(HttpConfigError::BaseUrl));
    check("https://bank.example", "sk 1", second, Some(HttpConfigError::ApiKey));
    check("https://bank.example", "sk_1", Duration::ZERO, Some(HttpConfigError::Deadline));
}

#[test]
fn localhost_is_asked_without_encryption() {
    let server = Server::start(success("200 OK", &payment("captured", &[])));
    // Where `localhost` is ::1 first, the client goes on to 127.0.0.1.
    let gateway = gateway(&format!("http://localhost:{}", server.port()), Duration::from_secs(5));
    assert_eq!(ask(&gateway, Ask::Purchase), captured());
    // The server itself is alive: what follows a test that passes for the wrong reason would fail here.
    assert!(TcpStream::connect(("127.0.0.1", server.port())).is_ok());
}
