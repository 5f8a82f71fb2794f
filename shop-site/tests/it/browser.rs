//! The order page's script in a real browser, against the real site on a loopback port.
//!
//! Not part of the usual run, for it needs Debian's `chromium`:
//! `cargo test -p shop-site --test it browser:: -- --ignored`
//!
//! The browser runs on virtual time: a quarter of an hour of waiting passes in a second, and no test sleeps. What the
//! shop does meanwhile hangs on the number of looks that reached it, not on any clock.

use std::fs::{self, File};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kit_core::ManualClock;
use kit_web::testing::Browser;
use kit_web::{Limits, serve};
use poem::http::header;
use poem::{Endpoint, IntoResponse, Request, Response, Result};
use shop_core::Shop;
use shop_core::gateway::scripted::{CallKind, Step};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::world::{PIN, World, order};

/// Longer than the browser ever takes; it is ended then, and the test fails.
const BROWSER: Duration = Duration::from_secs(120);

/// What happens when the browser looks for the nth time: an answer in place of the shop's, or nothing.
type AtLook = dyn Fn(usize) -> Option<Response> + Send + Sync;

/// The site, with something happening at certain looks, and a script of the test's own on its pages.
struct Staged<E> {
    site: E,
    looks: Arc<AtomicUsize>,
    at_look: Box<AtLook>,
    probe: &'static str,
}

impl<E: Endpoint<Output = Response>> Endpoint for Staged<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let path = request.uri().path().to_owned();
        if path == "/probe.js" {
            return Ok(self.probe.with_content_type("text/javascript").into_response());
        }
        if path.starts_with("/api/v1/orders/") {
            let look = self.looks.fetch_add(1, Ordering::SeqCst) + 1;
            if let Some(answer) = (self.at_look)(look) {
                return Ok(answer);
            }
        }
        let mut response = self.site.call(request).await?;
        if path.starts_with("/orders/") && !self.probe.is_empty() {
            let page = response.take_body().into_string().await.expect("a page");
            let page = page.replacen("<head>", "<head><script src=\"/probe.js\"></script>", 1);
            response.headers_mut().remove(header::CONTENT_LENGTH);
            response.set_body(page);
        }
        Ok(response)
    }
}

/// What the browser had on the page when its virtual time was over.
struct Seen {
    page: String,
    looks: usize,
}

impl Seen {
    fn heading(&self) -> &str {
        let (_, rest) = self.page.split_once("<h1").expect(&self.page);
        rest.split_once('>').unwrap().1.split_once("</h1>").unwrap().0
    }

    fn check(&self, words: &str) {
        assert!(self.page.contains(words), "{words}: {}", self.page);
    }
}

/// Settles what is open, as the sweep on its timer does.
fn sweep(shop: &Shop, clock: &ManualClock) {
    clock.advance(Duration::from_secs(60));
    shop.sweep().unwrap();
}

/// Opens the page of an order whose payment had no clear answer, and leaves it open for `seconds` of virtual time.
async fn watch(
    world: &World,
    seconds: u32,
    probe: &'static str,
    at_look: impl Fn(usize) -> Option<Response> + Send + Sync + 'static,
) -> Seen {
    world.bank.then_on(CallKind::Purchase, Step::LoseReply);
    let app = world.app();
    let path = order(&mut Browser::new(&app), PIN).await;
    let looks = Arc::new(AtomicUsize::new(0));
    let staged = Staged { site: app, looks: looks.clone(), at_look: Box::new(at_look), probe };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}{path}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(serve(listener, staged, Limits::default(), async { drop(stopped.await) }));
    let page = tokio::task::spawn_blocking(move || dump(&address, seconds)).await.unwrap();
    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    Seen { page, looks: looks.load(Ordering::SeqCst) }
}

/// The page's document after `seconds` of virtual time.
fn dump(address: &str, seconds: u32) -> String {
    let folder = TempDir::new().unwrap();
    let file = |name: &str| folder.path().join(name);
    let mut browser = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .args(["--enable-logging=stderr", "--dump-dom"])
        .arg(format!("--virtual-time-budget={}", seconds * 1_000))
        .arg(format!("--user-data-dir={}", file("profile").display()))
        .arg(address)
        .stdin(Stdio::null())
        .stdout(File::create(file("page")).unwrap())
        .stderr(File::create(file("log")).unwrap())
        .spawn()
        .expect("chromium is installed");
    let ended = ended_in_time(&mut browser);
    let log = String::from_utf8_lossy(&fs::read(file("log")).unwrap()).into_owned();
    assert!(ended, "the browser did not end: {log}");
    assert!(!log.contains("Content Security Policy"), "the policy and the page disagree: {log}");
    assert!(!log.contains("Uncaught"), "the script failed: {log}");
    fs::read_to_string(file("page")).unwrap()
}

/// Waits for another program, which tells nobody but the kernel when it ends.
fn ended_in_time(browser: &mut Child) -> bool {
    let began = Instant::now();
    while began.elapsed() < BROWSER {
        if browser.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    browser.kill().unwrap();
    browser.wait().unwrap();
    false
}

fn answer(status: u16, retry_after: Option<&str>, body: &'static str) -> Option<Response> {
    let mut response = Response::builder().status(poem::http::StatusCode::from_u16(status).unwrap()).body(body);
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.parse().unwrap());
    }
    Some(response)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_page_moves_on_by_itself_and_then_rests() {
    let world = World::new();
    let (shop, clock) = (world.shop.clone(), world.clock.clone());
    let seen = watch(&world, 600, "", move |look| match look {
        // What goes wrong is silent.
        1 => answer(500, None, "<h1>broken</h1>"),
        2 => answer(200, None, "not JSON"),
        // No news is no change.
        3 => None,
        _ => {
            sweep(&shop, &clock);
            None
        }
    });
    let seen = seen.await;
    assert_eq!(seen.heading(), "Thank you. Your order is paid.");
    seen.check("<p class=\"visually-hidden\" role=\"status\" id=\"news\">Thank you. Your order is paid.</p>");
    seen.check("the order was paid.</li>");
    seen.check("value=\"cancel\"");
    assert_eq!(seen.page.matches("id=\"order\"").count(), 1, "{}", seen.page);
    assert!(!seen.page.contains("data-poll") && !seen.page.contains("Check again"), "{}", seen.page);
    assert_eq!(seen.looks, 4, "a final state is not asked about");
    assert_eq!(world.purchases(), 1, "to look is not to pay");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn looks_become_rarer_and_end() {
    let world = World::new();
    let seen = watch(&world, 3_600, "", |_| None).await;
    assert_eq!(seen.heading(), "We are checking with your bank. Do not pay again.");
    seen.check("\">This page has stopped looking by itself.</span>");
    seen.check("Check again</a>");
    seen.check("role=\"status\" id=\"news\"></p>");
    // 2, 5, 10, 18, 31 and 51 seconds, then every 30 until a quarter of an hour is over.
    assert_eq!(seen.looks, 6 + 29);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_busy_shop_is_given_the_time_it_asks_for() {
    for (seconds, looks) in [(311, 1), (315, 2)] {
        let world = World::new();
        let busy = |look| (look == 1).then(|| answer(503, Some("310"), "busy")).flatten();
        let seen = watch(&world, seconds, "", busy).await;
        assert_eq!(seen.looks, looks, "after {seconds} s");
        seen.check("\">This page looks again by itself.</span>");
    }
}

/// Seen for four seconds only, a hundred seconds after it was opened in the background.
const HIDDEN: &str = "\
let hidden = true;
Object.defineProperty(Document.prototype, 'hidden', { get: () => hidden });
const turn = (to) => { hidden = to; document.dispatchEvent(new Event('visibilitychange')); };
setTimeout(() => turn(false), 100_000);
setTimeout(() => turn(true), 104_000);";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn a_page_that_nobody_sees_asks_nothing() {
    let world = World::new();
    let seen = watch(&world, 600, HIDDEN, |_| None).await;
    assert_eq!(seen.looks, 1);
}

/// The keyboard stands on the link that is about to go.
const FOCUS: &str = "\
addEventListener('DOMContentLoaded', () => document.querySelector('#order .actions a').focus());
setTimeout(() => { document.body.dataset.focus = document.activeElement.tagName; }, 60_000);";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs chromium"]
async fn the_keyboard_is_not_lost_when_the_page_moves_on() {
    let world = World::new();
    let (shop, clock) = (world.shop.clone(), world.clock.clone());
    let seen = watch(&world, 70, FOCUS, move |_| {
        sweep(&shop, &clock);
        None
    });
    let seen = seen.await;
    assert_eq!(seen.heading(), "Thank you. Your order is paid.");
    seen.check("data-focus=\"H1\"");
    assert_eq!(seen.looks, 1);
}
