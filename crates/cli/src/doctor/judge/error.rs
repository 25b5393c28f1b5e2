//! Errors, and what trace ids do (contract 2.1, 2.3).

use crate::doctor::answer::Answers;
use crate::doctor::finding::{Found, Judged};
use crate::doctor::look::Asked;

/// contract 2.1: this project's own headers.
pub(crate) fn trace(answers: &Answers) -> Judged {
    if answers.trace_refused {
        return Ok(Found::differs(
            "refused: the same request passes without",
            "no call gets through: name headers that the gateway takes for x_trace_id and x_transaction_id in [headers], or \"\" to send none",
        ));
    }
    let reply = answers.get(Asked::FirstPage)?;
    if answers.trace_echoed {
        return Ok(Found::differs("come back in the reply", "none: useful when you ask AT&T about a call"));
    }
    if reply.is_success() { Ok(Found::holds("nothing comes of them")) } else { Err(reply.shape()) }
}

/// What is not there is an error with a text.
pub(crate) fn unknown(answers: &Answers, asked: Asked) -> Judged {
    let reply = answers.telling(asked)?;
    if reply.is_success() && reply.words().is_empty() {
        return Ok(Found::differs(
            reply.shape(),
            "what is not there is answered with success: not told apart",
        ));
    }
    if reply.status != 404 && asked == Asked::UnknownActivation {
        return Ok(Found::differs(reply.shape(), "another code for an unknown request"));
    }
    // contract 4.9: non-200 with `errorDescription`, or 404.
    if reply.is_success() {
        return Ok(Found::differs(reply.shape(), "the failure is inside a success"));
    }
    if reply.words().is_empty() && reply.status != 404 {
        return Ok(Found::differs(reply.shape(), "the error has no text that is read: report it"));
    }
    Ok(Found::holds(reply.shape()))
}

/// contract 4.3, 6 row 26: by this text a port counts as never asked for.
pub(crate) fn unknown_port(answers: &Answers) -> Judged {
    let reply = answers.telling(Asked::UnknownPort)?;
    let words = reply.words().to_lowercase();
    if !reply.is_success() && words.contains("does not exist") {
        return Ok(Found::holds(reply.shape()));
    }
    Ok(Found::differs(
        format!("{} with another text", reply.shape()),
        "a port whose request was lost is not settled by its status: it stays unknown",
    ))
}
