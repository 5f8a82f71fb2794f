//! The shop's program: serves the website, and does the operator's work. Everything it serves is in the library.

mod commands;

use std::process::ExitCode;

use commands::{Arguments, PROGRAM, Stop};
use kit_web::config::{fail_config, parse_args};

fn main() -> ExitCode {
    let arguments: Arguments = match parse_args() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    match commands::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Setting(line)) => fail_config(PROGRAM, &line),
        Err(Stop::Refused(line)) => {
            eprintln!("{PROGRAM}: {line}");
            ExitCode::FAILURE
        }
        Err(Stop::BadRows | Stop::Differences) => ExitCode::FAILURE,
    }
}
