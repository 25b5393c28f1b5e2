//! The rows of contract 6, in its order.

use super::matching::Rule::{
    Anything, Auth, Lost, NeverConnected, NoBatchId, NotThere, PortReason, ServiceNotFound, ShortSupply,
    Status, Text, TextOrServerError, TextOrStatus, ThrottlePolicy, UnknownBatch, UnreadableSuccess,
};
use super::{Class, Grade, RetryAdvice, Row, Rule};
use Class::{
    Ambiguous, BackendDown, Conflict, InvalidInput, Moved, NoOp, NotEligible, NotFound, PortConflict,
    Throttle, Transport, Unknown, Wait, WrongOrder,
};
use Grade::{Confirmed, Inferred, Likely};
use RetryAdvice::{AfterRelease, AfterUpdate, Later, NextDay, No, ReadAgain, ReadsOnly, UpToThreeTimes, Yes};

pub(super) fn last() -> &'static Row {
    let [.., last] = &ROWS;
    last
}

/// Row 16 for any operation but a cancel.
pub(super) static ALREADY_CANCELLED_OTHERWISE: Row = row(
    (16, WrongOrder, "`already cancelled`, on anything but a cancel", Text(&["already cancell?ed"])),
    "the line is cancelled",
    (No, "read the line; within 60 days of the cancel it can be restored", Likely),
);

/// Row 17 for any operation but a device update.
pub(super) static SAME_DEVICE_OTHERWISE: Row = row(
    (
        17,
        WrongOrder,
        "`not needed`, on anything but a device update",
        Text(&["not needed", "already assigned.*imei"]),
    ),
    "the line is already in the state asked for, or the device already on a line",
    (No, "read the line and compare", Likely),
);

/// Row 18 for a port request.
pub(super) static PORT_REQUESTED_ALREADY: Row = row(
    (
        18,
        Conflict,
        "`already has an active`, of a port request",
        Text(&["already has an active.*port request"]),
    ),
    "the number has a port request already",
    (
        No,
        "look at the port's status: it may come from an earlier send of your own; correct it by an update",
        Likely,
    ),
);

pub(super) static ROWS: [Row; 47] = [
    row(
        (1, Transport, "connection, DNS or TLS failure", NeverConnected),
        "the request was never sent",
        (Yes, "back off and send again; check host and network", Confirmed),
    ),
    row(
        (2, Ambiguous, "time-out, connection reset, 408, 502, 504", Lost(&[408, 502, 504])),
        "AT&T may have carried it out",
        (ReadsOnly, "read back before anything else", Likely),
    ),
    row(
        (3, Throttle, "429", Status(&[429])),
        "too many requests",
        (Yes, "wait as long as Retry-After says", Inferred),
    ),
    row(
        (4, Throttle, "503", Status(&[503])),
        "the gateway is overloaded",
        (ReadsOnly, "slow down; read back writes", Likely),
    ),
    row(
        (5, Throttle, "403 with `POL0001`", ThrottlePolicy),
        "the limit of the legacy gateway",
        (UpToThreeTimes, "wait; after three waits check the credentials", Likely),
    ),
    row(
        (6, Class::Auth, "401, any other 403; 400 with `POL0001`", Auth),
        "the app-id and app-secret pair, or its rights",
        (No, "check the credentials and that they belong to this host", Inferred),
    ),
    row(
        (
            7,
            InvalidInput,
            r"413, `maximum of \d+`, `more than \d+`",
            TextOrStatus(&[r"maximum of \d+", r"more than \d+"], &[413]),
        ),
        "the batch is too large",
        (No, "split the batch", Inferred),
    ),
    row(
        (8, NotEligible, "PATCH answered 404 with description `/service/`", ServiceNotFound),
        "the device needs an eSIM (an inference), or the number is wrong",
        (No, "read the line; for an eSIM-only device send the EID", Inferred),
    ),
    row(
        (9, NotFound, "`unable to inquire subscriber`", Text(&["unable to inquire subscriber"])),
        "the number is not under this account",
        (No, "check the billing account and the number", Likely),
    ),
    row(
        (
            10,
            InvalidInput,
            "`invalid msisdn`, `invalid subscriber number`",
            Text(&["invalid (msisdn|subscriber number)"]),
        ),
        "the number is not 10 digits",
        (No, "correct the number", Likely),
    ),
    row(
        (11, Moved, "`number has changed`", Text(&["number has (been )?changed"])),
        "this is the line's old number",
        (No, "go on with the new number", Likely),
    ),
    row(
        (12, Conflict, "`number ... already in use`", Text(&["number.*already in use"])),
        "the wanted number is taken",
        (No, "choose another last four digits", Inferred),
    ),
    row(
        (13, WrongOrder, "`is inactive`", Text(&["is inactive"])),
        "the line is not active",
        (No, "restore or resume the line first", Likely),
    ),
    row(
        (14, WrongOrder, "`must be active`, also with 500", Text(&["must be active"])),
        "the line is suspended",
        (No, "resume the line first", Likely),
    ),
    row(
        (15, NotEligible, "`not compatible with equipment`", Text(&["not compatible with equipment"])),
        "the plan or a feature does not fit the device",
        (No, "choose another plan or another device", Likely),
    ),
    row(
        (16, NoOp, "`already cancelled`, on a cancel", Text(&["already cancell?ed"])),
        "the line is already cancelled",
        (No, "done, after a read shows it", Likely),
    ),
    row(
        (
            17,
            NoOp,
            "`not needed`, `already assigned ... imei`, on a device update",
            Text(&["not needed", "already assigned.*imei"]),
        ),
        "the line already has this IMEI",
        (No, "done", Likely),
    ),
    row(
        (
            18,
            Conflict,
            "`sim ... already`, `iccid ... already`, `already has an active`",
            Text(&["(sim|iccid).*already", "already has an active"]),
        ),
        "the ICCID is in use",
        (No, "search the line by SIM: it may come from an earlier send of your own", Likely),
    ),
    row(
        (
            19,
            InvalidInput,
            "`does not link`, `sim number does not match`",
            Text(&["does not link", "sim number does not match"]),
        ),
        "the SIM is not the one on the line",
        (No, "use the SIM that the line shows", Likely),
    ),
    row(
        (20, InvalidInput, "`does not belong`", Text(&["does not belong"])),
        "the line belongs to another account",
        (No, "check the billing account", Likely),
    ),
    row(
        (
            21,
            NotEligible,
            "`zip code not supported`, `cingular does not support`",
            Text(&["zip ?code not supported", "cingular does not support"]),
        ),
        "the ZIP hosts no numbers",
        (No, "use another ZIP as primary place of use", Likely),
    ),
    row(
        (
            22,
            WrongOrder,
            "`zip` with `place of use`, `ppu` or `not match`",
            Text(&["zip.*(place of use|ppu|not match)"]),
        ),
        "the ZIP is not that of the primary place of use",
        (No, "update the subscriber's address first", Inferred),
    ),
    row(
        (23, Wait, "`resource required by service`", Text(&["resource required by service"])),
        "no number is free there now; nothing was used up",
        (NextDay, "schedule it for the next day", Likely),
    ),
    row(
        (24, InvalidInput, "`city is blank`", Text(&["city is blank"])),
        "the address lacks its city",
        (No, "fill in the city", Likely),
    ),
    row(
        (25, InvalidInput, "`address ... verif`", Text(&["address.*verif"])),
        "the address is not a postal one",
        (No, "correct the address", Likely),
    ),
    row(
        (26, NotFound, "`port request ... does not exist`", Text(&["port ?request.*does not exist"])),
        "the port request is unknown or cancelled",
        (No, "submit it if it was never sent", Likely),
    ),
    row(
        (27, PortConflict, "port status CT with reason 8A", PortReason(&["8A"])),
        "the account number does not match the old carrier's",
        (AfterUpdate, "ask the customer for the account number and update the port request", Likely),
    ),
    row(
        (28, PortConflict, "port status CT with reason 6B or 8C", PortReason(&["6B", "8C"])),
        "the PIN does not match",
        (AfterUpdate, "get a new transfer PIN and update the port request", Likely),
    ),
    row(
        (29, PortConflict, "port status CT with reason 8D or 9E", PortReason(&["8D", "9E"])),
        "the ZIP does not match",
        (AfterUpdate, "take the ZIP of the old bill and update the port request", Likely),
    ),
    row(
        (30, PortConflict, "port status CT with reason 7C, 8E or 8F", PortReason(&["7C", "8E", "8F"])),
        "the name does not match",
        (AfterUpdate, "take the name of the old bill and update the port request", Likely),
    ),
    row(
        (31, PortConflict, "port status CT with reason 6P, 6A or 6D", PortReason(&["6P", "6A", "6D"])),
        "the number is locked at the old carrier",
        (AfterRelease, "the customer calls the old carrier and has it released", Likely),
    ),
    row(
        (32, NotEligible, "port status CT with reason 7T", PortReason(&["7T"])),
        "the number cannot be ported",
        (No, "activate a new number", Likely),
    ),
    row(
        (33, Wait, "port status CT with reason 1M, 1N, 6E or 6F", PortReason(&["1M", "1N", "6E", "6F"])),
        "the due date",
        (Later, "wait, or update the port request", Likely),
    ),
    row(
        (34, PortConflict, "port status CT with reason 1P or any other", PortReason(&["1P"])),
        "the old carrier gives another reason: see the text",
        (No, "a person reads the text", Likely),
    ),
    row(
        (35, InvalidInput, "`reason code`", Text(&["reason code"])),
        "the reason code does not fit the transition",
        (No, "choose a reason code that the transition allows", Inferred),
    ),
    row(
        (36, NotEligible, "`60 days`", Text(&["60 days"])),
        "the 60 days in which a cancelled line can be restored are over",
        (No, "activate a new line", Inferred),
    ),
    row(
        (37, Ambiguous, "PDP reply without a batch id", NoBatchId),
        "the request may be accepted, under an id nobody knows",
        (No, "ask for the status by number", Confirmed),
    ),
    row(
        (38, NotFound, "PDP status element without a batch id", UnknownBatch),
        "the batch or the number is unknown",
        (ReadAgain, "check that batch and number belong together", Confirmed),
    ),
    row(
        (39, NotEligible, "fewer IP addresses than asked for", ShortSupply),
        "the PDP's pool runs short",
        (No, "use a smaller batch, and ask AT&T for more addresses", Confirmed),
    ),
    row(
        (
            40,
            NotEligible,
            "`imei` with `unknown`, `not found` or `not eligible`; 406",
            TextOrStatus(&["imei.*(unknown|not found|not eligible)"], &[406]),
        ),
        "the device may not be used",
        (No, "use another device", Likely),
    ),
    row(
        (
            41,
            NotEligible,
            "`contract`, `plan change ... restrict`",
            Text(&["contract", "plan change.*restrict"]),
        ),
        "the contract term or a plan lock",
        (No, "wait for the end of the term, or accept the fee", Inferred),
    ),
    row(
        (
            42,
            WrongOrder,
            "`status should be activation_failed`",
            Text(&["status should be activation_failed"]),
        ),
        "the activation is still running",
        (No, "keep polling", Likely),
    ),
    row(
        (
            43,
            BackendDown,
            "`jolt error`, `tpesystem`, `failed calling`, `internal server error`, any other 5xx",
            TextOrServerError(&["jolt error", "tpesystem", "failed calling", "internal server error"]),
        ),
        "a system behind AT&T's gateway fails",
        (ReadsOnly, "pause; read back writes", Likely),
    ),
    row(
        (44, NotFound, "any other 404", NotThere),
        "what the request names is unknown",
        (No, "check the number or id", Likely),
    ),
    row(
        (45, InvalidInput, "any other 400 or 422", Status(&[400, 422])),
        "AT&T's validation refuses a value",
        (No, "read AT&T's text and correct the request", Likely),
    ),
    row(
        (46, Ambiguous, "2xx with a body that does not parse", UnreadableSuccess),
        "AT&T may have carried it out",
        (ReadsOnly, "read back before anything else", Confirmed),
    ),
    row(
        (47, Unknown, "anything else", Anything),
        "new to the catalog",
        (ReadsOnly, "keep the raw answer and let a person look at it", Likely),
    ),
];

/// Recognition, cause, advice: the three parts of a row.
const fn row(
    (number, class, pattern, rule): (u8, Class, &'static str, Rule),
    cause: &'static str,
    (retry, next_step, evidence): (RetryAdvice, &'static str, Grade),
) -> Row {
    Row { number, class, pattern, cause, retry, next_step, evidence, rule }
}
