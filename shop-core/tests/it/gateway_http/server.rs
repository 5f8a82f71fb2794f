//! A bank made of prepared bytes: a TCP server on this machine that says the same to whoever calls, and misbehaves as
//! told.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What the server does with each connection.
#[derive(Clone)]
pub(super) enum Behaviour {
    /// Reads the call, writes these bytes, closes.
    Says(Vec<u8>),
    /// Reads the call, writes these bytes, and keeps the connection. A second call on it is noted and not answered.
    KeepsAlive(Vec<u8>),
    /// Reads the call, writes these bytes one every few milliseconds.
    Drips(Vec<u8>, Duration),
    /// Reads the call, writes nothing, and stays.
    Hangs(Duration),
    /// Closes without reading.
    Closes,
    /// Closes as soon as the first byte of the call was read, leaving the rest unread: the caller sees a reset.
    Resets,
}

/// A running server; dropping it stops it.
pub(super) struct Server {
    address: SocketAddr,
    calls: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let (calls, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let thread = std::thread::spawn({
            let (calls, stop) = (Arc::clone(&calls), Arc::clone(&stop));
            move || {
                for stream in listener.incoming() {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    // A caller that hangs up in the middle is part of some tests.
                    let _ = stream.and_then(|stream| serve(stream, &behaviour, &calls));
                }
            }
        });
        Self { address, calls, stop, thread: Some(thread) }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn port(&self) -> u16 {
        self.address.port()
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

fn serve(mut stream: TcpStream, behaviour: &Behaviour, calls: &Mutex<Vec<String>>) -> std::io::Result<()> {
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
        Behaviour::Drips(bytes, pause) => {
            for byte in bytes {
                stream.write_all(&[*byte])?;
                std::thread::sleep(*pause);
            }
        }
        Behaviour::Hangs(time) => std::thread::sleep(*time),
        Behaviour::Closes | Behaviour::Resets => {}
    }
    stream.shutdown(Shutdown::Write)?;
    // Closing with unread bytes would be a reset; the caller hangs up when it has read enough.
    std::io::copy(&mut stream, &mut std::io::sink()).map(|_| ())
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
