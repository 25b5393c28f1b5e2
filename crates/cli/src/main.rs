//! `apex`: see the library.

fn main() -> std::process::ExitCode {
    apex_mobility_cli::run(std::env::args_os())
}
