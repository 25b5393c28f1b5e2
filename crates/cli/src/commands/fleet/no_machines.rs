//! Submitting and working in a build without PostgreSQL: there is nothing that many machines could share.

use apex_mobility::fleet::journal::Location;

use super::journal::not_shared;
use super::preflight::Fit;
use super::run::RunArgs;
use crate::commands::Ended;
use crate::connection::Connected;
use crate::printer::Printer;

pub(super) async fn submit(_: &RunArgs, _: bool, location: &Location, _: &Fit, _: &Printer) -> Ended {
    Err(not_shared(location))
}

pub(super) async fn work(_: &Connected, _: bool, location: &Location, _: &Printer) -> Ended {
    Err(not_shared(location))
}
