//! Whether a path of the wire profile leads anywhere.

use apex_mobility::http::header::ALLOW;

use crate::doctor::answer::{Answers, Reply};
use crate::doctor::finding::{Correction, Found, Judged};
use crate::doctor::look::Asked;

const NO_PATH: &str = "the path is not there: put the one of AT&T's guide into [paths] of a wire profile";
const NO_METHOD: &str = "the path is there with another method";

/// By the answers to calls of one operation: a success, or an error other than that to a path that nobody has.
pub(crate) fn known(answers: &Answers, asked: &[Asked]) -> Judged {
    let replies: Vec<&Reply> = asked.iter().filter_map(|asked| answers.get(*asked).ok()).collect();
    let Some(first) = replies.first() else {
        return asked
            .first()
            .map_or(Err(String::new()), |asked| answers.get(*asked).map(|_| Found::untold("")));
    };
    if let Some(reply) = replies.iter().find(|reply| reply.is_success()) {
        return Ok(Found::holds(format!("answers {}", reply.status)));
    }
    if let Some(reply) = replies.iter().find(|reply| reply.status == 405) {
        return Ok(Found::differs("405: not with this method", NO_METHOD).with(method(reply, asked)));
    }
    if replies.iter().all(|reply| reply.says_nothing()) {
        return Err(format!("the answer was {}", first.shape()));
    }
    let nothing = answers.get(Asked::NoSuchPath)?;
    if replies.iter().any(|reply| !is_alike(reply, nothing)) {
        return Ok(Found::holds(format!("answers {}, otherwise than a wrong path", first.status)));
    }
    Ok(Found::differs(format!("{} as for a path that nobody has", first.status), NO_PATH))
}

fn is_alike(reply: &Reply, nothing: &Reply) -> bool {
    reply.shape() == nothing.shape() && reply.words() == nothing.words()
}

/// The only method that the server names.
fn method(reply: &Reply, asked: &[Asked]) -> Option<Correction> {
    let allowed = reply.headers.get(ALLOW)?.to_str().ok()?;
    let mut methods = allowed.split(',').map(str::trim).filter(|it| !matches!(*it, "HEAD" | "OPTIONS" | ""));
    let method = methods.next().filter(|_| methods.next().is_none())?;
    Some(Correction {
        section: "methods",
        key: asked.first()?.operation()?.to_owned(),
        value: method.to_owned(),
        why: "the method that the server allows there",
    })
}
