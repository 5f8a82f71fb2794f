//! The gateway with something else than the network behind it: the same calls go out, and the same is understood.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use kit_core::SecretText;
use shop_core::gateway::http::{Exchange, HttpConfig, HttpGateway, NoAnswer};
use shop_core::gateway::{Answer, PaymentGateway};
use ureq::http::{Request, Response};
use zeroize::Zeroizing;

use super::server::Server;
use super::{Ask, EVERY, ask, captured, payment, success};

/// Gives the same answer to every call, and keeps the calls.
struct Prepared {
    answer: Result<Response<Vec<u8>>, NoAnswer>,
    calls: Mutex<Vec<Request<Zeroizing<Vec<u8>>>>>,
}

impl Exchange for Prepared {
    fn exchange(&self, call: Request<Zeroizing<Vec<u8>>>) -> Result<Response<Vec<u8>>, NoAnswer> {
        self.calls.lock().expect("no panic").push(call);
        self.answer.clone()
    }
}

fn over(answer: Result<Response<Vec<u8>>, NoAnswer>) -> (impl PaymentGateway, Arc<Prepared>) {
    let exchange = Arc::new(Prepared { answer, calls: Mutex::default() });
    let config = HttpConfig {
        base_url: "http://127.0.0.1".to_owned(),
        api_key: SecretText::new("sk_test_0123456789".to_owned()),
        deadline: Duration::from_secs(5),
    };
    (HttpGateway::over(config, Arc::clone(&exchange) as _).expect("a good configuration"), exchange)
}

fn json(body: String) -> Response<Vec<u8>> {
    let answer = Response::builder().header("content-type", "application/json; charset=utf-8");
    answer.body(body.into_bytes()).expect("a good answer")
}

#[test]
fn what_goes_out_is_what_a_server_hears() {
    for what in EVERY {
        let (gateway, exchange) = over(Err(NoAnswer::Lost));
        ask(&gateway, what);
        let server = Server::start(success("200 OK", &payment("captured", &[])));
        ask(&super::gateway(&server.url(), Duration::from_secs(5)), what);

        let (calls, heard) = (exchange.calls.lock().expect("no panic"), server.calls());
        let ([call], [heard]) = (calls.as_slice(), heard.as_slice()) else { panic!("{what:?}: one call each") };
        let (head, body) = heard.split_once("\r\n\r\n").expect("a head and a body");
        let mut lines = head.split("\r\n");
        assert_eq!(
            lines.next(),
            Some(format!("{} {} HTTP/1.1", call.method(), call.uri().path_and_query().expect("a path")).as_str())
        );
        assert_eq!(body.as_bytes(), call.body().as_slice(), "{what:?}");
        // Beside what the network needs, the headers are the same.
        let lines: Vec<_> = lines.collect();
        for (name, value) in call.headers() {
            let line = format!("{name}: {}", value.to_str().expect("ASCII"));
            assert!(lines.iter().any(|heard| heard.eq_ignore_ascii_case(&line)), "{what:?}: {name}");
        }
        assert!(call.headers().contains_key("authorization"), "{what:?}");
    }
}

#[test]
fn what_comes_back_is_understood_as_from_the_network() {
    let check = |answer, expected| assert_eq!(ask(&over(answer).0, Ask::Purchase), expected);
    check(Ok(json(payment("captured", &[]))), captured());
    check(Err(NoAnswer::NotSent), Answer::NotSent);
    check(Err(NoAnswer::Lost), Answer::Unknown);
    // Longer than what is read of an answer.
    check(Ok(json(payment("captured", &[]) + &" ".repeat(64 * 1024))), Answer::Unknown);
}
