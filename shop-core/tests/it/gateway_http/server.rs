//! A bank made of prepared bytes: a TCP server on this machine that says the same to whoever calls, and misbehaves as
//! told.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What the server does with each connection.
#[derive(Clone)]
pub(super) enum Behaviour {
    /// Reads the call, writes these bytes, closes.
    Says(Vec<u8>),
    /// Reads the call, writes these bytes, and keeps the connection. A second call on it is noted and not answered.
    KeepsAlive(Vec<u8>),
    /// Reads the call, writes these bytes, then this one again and again, until the caller hangs up.
    Drips(Vec<u8>, u8),
    /// Reads the call, writes nothing, and stays until the caller hangs up.
    Hangs,
    /// Closes without reading.
    Closes,
    /// Closes as soon as the first byte of the call was read, leaving the rest unread: the caller sees a reset.
    Resets,
}

/// How long a server bears with a caller that does not hang up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running server; dropping it stops it.
pub(super) struct Server {
    address: SocketAddr,
    calls: Arc<Mutex<Vec<String>>>,
    left: Receiver<bool>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (calls, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (says, left) = channel();
        let thread = std::thread::spawn({
            let (calls, stop) = (Arc::clone(&calls), Arc::clone(&stop));
            move || {
                for stream in listener.incoming() {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    // A caller that hangs up in the middle is part of some tests.
                    let _ = stream.and_then(|stream| serve(stream, &behaviour, &calls, &says));
                }
            }
        });
        Self { address, calls, left, stop, thread: Some(thread) }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Waits for the end of a connection that hangs or drips: whether it was the caller who ended it.
    pub(super) fn was_left(&self) -> bool {
        self.left.recv_timeout(2 * PATIENCE).expect("the connection ends")
    }

    /// The calls so far: heads and bodies as they came.
    pub(super) fn calls(&self) -> Vec<String> {
        self.calls.lock().expect("calls").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread that waits in accept.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(
    mut stream: TcpStream,
    behaviour: &Behaviour,
    calls: &Mutex<Vec<String>>,
    left: &Sender<bool>,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    match behaviour {
        Behaviour::Closes => return stream.shutdown(Shutdown::Both),
        Behaviour::Resets => return stream.read_exact(&mut [0]),
        _ => calls.lock().expect("calls").push(read_call(&mut stream)?),
    }
    match behaviour {
        Behaviour::Says(bytes) => stream.write_all(bytes)?,
        Behaviour::KeepsAlive(bytes) => {
            stream.write_all(bytes)?;
            calls.lock().expect("calls").push(format!("on the same connection: {}", read_call(&mut stream)?));
        }
        Behaviour::Drips(bytes, again) => {
            stream.write_all(bytes)?;
            let until = Instant::now() + PATIENCE;
            // A drop whenever the caller has not said for some milliseconds that it goes.
            stream.set_read_timeout(Some(Duration::from_millis(5)))?;
            let stays = |stream: &mut TcpStream| matches!(stream.read(&mut [0]), Err(error) if is_timeout(&error));
            let drips = |stream: &mut TcpStream| stream.write_all(&[*again]).is_ok() && stays(stream);
            while drips(&mut stream) {
                if Instant::now() > until {
                    return left.send(false).map_err(std::io::Error::other);
                }
            }
            return left.send(true).map_err(std::io::Error::other);
        }
        Behaviour::Hangs => {
            stream.set_read_timeout(Some(PATIENCE))?;
            let stayed = matches!(stream.read(&mut [0]), Err(error) if is_timeout(&error));
            return left.send(!stayed).map_err(std::io::Error::other);
        }
        Behaviour::Closes | Behaviour::Resets => {}
    }
    stream.shutdown(Shutdown::Write)?;
    // Closing with unread bytes would be a reset; the caller hangs up when it has read enough.
    std::io::copy(&mut stream, &mut std::io::sink()).map(|_| ())
}

fn is_timeout(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn read_call(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut call = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&call);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Ok(text.into_owned());
            }
        }
        match stream.read(&mut buffer)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => call.extend_from_slice(&buffer[..count]),
        }
    }
}
