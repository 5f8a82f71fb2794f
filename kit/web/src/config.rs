//! Arguments and settings: what is wrong is said in one line, and the exit code is 2.

use std::{
    ffi::OsString,
    io::Write as _,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
};

use clap::Parser;

/// The exit code for a setting that is not valid.
const BAD_SETTING: u8 = 2;

/// Reads arguments and environment. `--help` and `--version` print and succeed.
///
/// # Errors
/// The exit code to end with; what there was to say has been printed.
///
/// ```no_run
/// # use std::process::ExitCode;
/// #[derive(clap::Parser)]
/// struct Args {}
///
/// fn main() -> ExitCode {
///     let args: Args = match kit_web::config::parse_args() {
///         Ok(args) => args,
///         Err(code) => return code,
///     };
/// #   drop(args);
///     ExitCode::SUCCESS
/// }
/// ```
pub fn parse_args<T: Parser>() -> Result<T, ExitCode> {
    parse_from(std::env::args_os()).map_err(|stop| match stop {
        Stop::Told(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Stop::Bad(line) => fail_config(T::command().get_name(), &line),
    })
}

/// Why there are no arguments to go on with.
#[derive(Debug)]
pub enum Stop {
    /// Help or version was asked for.
    Told(String),
    /// Something is wrong: one line.
    Bad(String),
}

/// [`parse_args`] for given arguments, the program's name first.
///
/// # Errors
/// What to print instead of starting.
pub fn parse_from<T: Parser>(arguments: impl IntoIterator<Item = OsString>) -> Result<T, Stop> {
    T::try_parse_from(arguments).map_err(|error| {
        let text = error.render().to_string();
        if error.use_stderr() { Stop::Bad(first_paragraph(&text)) } else { Stop::Told(text) }
    })
}

/// clap explains over many lines; the first paragraph says what is wrong.
fn first_paragraph(text: &str) -> String {
    let lines = text.lines().map(str::trim).take_while(|line| !line.is_empty());
    let paragraph = lines.collect::<Vec<_>>().join(" ");
    let message = paragraph.strip_prefix("error: ").unwrap_or(&paragraph);
    format!("{message}; see --help")
}

/// Prints a line. Nobody may be listening any more (`| head -1`), which is no reason to fail.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Prints `program: message` in one line and gives the exit code for a bad setting.
pub fn fail_config(program: &str, message: &str) -> ExitCode {
    eprintln!("{program}: {}", crate::telemetry::one_line(message));
    ExitCode::from(BAD_SETTING)
}

/// A secret setting: the text of the environment variable `variable`, or of a file that another setting, told as
/// `setting`, names. Never an argument: those can be seen by everyone on the machine.
///
/// # Errors
/// One line where both are set, or one cannot be read. It holds nothing of the secret.
pub fn secret(
    variable: &str,
    setting: &str,
    file: Option<&std::path::Path>,
) -> Result<Option<kit_core::SecretText>, String> {
    use kit_core::SecretText;
    let trimmed = |text: String| SecretText::new(SecretText::new(text).expose().trim().to_owned());
    match (std::env::var(variable), file) {
        (Err(std::env::VarError::NotUnicode(_)), _) => Err(format!("{variable} is not text")),
        (Ok(_), Some(_)) => Err(format!("{variable} and {setting} are both set; use one")),
        (Ok(text), None) => Ok(Some(trimmed(text))),
        (Err(_), None) => Ok(None),
        (Err(_), Some(path)) => match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(trimmed(text))),
            Err(error) => Err(format!("{setting}: cannot read {}: {error}", path.display())),
        },
    }
}

/// A folder that is there.
///
/// # Errors
/// Its replacement, in words for the operator.
pub fn parse_folder(path: &str) -> Result<std::path::PathBuf, String> {
    let folder = std::path::PathBuf::from(path);
    if folder.is_dir() { Ok(folder) } else { Err(format!("there is no folder {path}")) }
}

/// Reads an address for a link: nothing but the web, for a page does not judge schemes. For clap's `value_parser`.
///
/// # Errors
/// What is expected, in plain words.
pub fn parse_web_address(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && text.chars().all(|c| c.is_ascii_graphic()) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("expected an address such as https://shop.example".to_owned()),
    }
}

/// Reads a listen address: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, or a port alone for loopback.
///
/// Use it as `#[arg(value_parser = kit_web::config::parse_listen)]`.
///
/// # Errors
/// One line with examples.
pub fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    let port = text.strip_prefix("localhost:").unwrap_or(text);
    if let Ok(port) = port.parse() {
        return Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    }
    text.parse().map_err(|_| "expected an address and port such as 127.0.0.1:8080, or a port".to_owned())
}

/// Plain http leaves this machine only behind a proxy that speaks TLS.
///
/// # Errors
/// One line that says what to do.
pub fn check_listen(address: SocketAddr, behind_tls_proxy: bool) -> Result<(), String> {
    if address.ip().is_loopback() || behind_tls_proxy {
        return Ok(());
    }
    Err(format!(
        "{address} is reachable from other machines and this is plain http; listen on 127.0.0.1, or put a TLS proxy in \
         front and say so with --behind-tls-proxy"
    ))
}
