//! What a command asks for and is so already: done, after a read shows it (contract 6: rows 16 and 17).

use apex_mobility::Mobility;
use apex_mobility::domain::SubscriberNumber;
use apex_mobility::line_details::Service;

use super::before;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::{Failure, what_of};
use crate::printer::Printer;
use crate::write::{Done, Writer};

/// Reads the line and tells it. `differs` says what the line does not have of what was asked for.
pub(super) async fn tell(
    done: &'static str,
    number: &SubscriberNumber,
    writer: &Writer<'_>,
    printer: &Printer,
    differs: impl FnOnce(&Service) -> Option<String>,
) -> Ended {
    let (Some(client), look) = (writer.reader(), before::look(number)) else { return Ok(Exit::Ok) };
    match Mobility::new(client).line_details().get(number.clone()).send().await {
        Ok(line) => match differs(&line) {
            None => Done::line(done, number, &line).tell(printer, &look),
            Some(difference) => Err(Failure::not_applied(
                format!("AT&T says that it is so already, and shows the line otherwise: {difference}"),
                format!("compare with {look}, and ask AT&T"),
            )),
        },
        Err(error) => {
            printer
                .warning(&format!("the line could not be read to see it: {}; look: {look}", what_of(&error)));
            Done::new(done).tell(printer, &look)
        }
    }
}
