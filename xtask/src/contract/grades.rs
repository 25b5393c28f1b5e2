//! Every node says how good its evidence is, and where the contract speaks of it.

use serde_json::Value;

use super::document::{Document, Kind, operation_place};
use crate::Findings;

/// The grades, worst first (contract 1).
const GRADES: [&str; 3] = ["inferred", "likely", "confirmed"];

pub(super) fn check(document: &Document) -> Findings {
    let mut findings = Findings::default();
    for node in document.graded_nodes() {
        let place = format!("{}{}", document.name(), node.place);
        if rank(&node.value["x-evidence"]).is_none() {
            findings.add(&place, format!("{:?} needs x-evidence: one of {}", node.kind, GRADES.join(", ")));
        }
        if node.kind == Kind::KnownValue {
            for member in ["value", "meaning"] {
                if node.value[member].as_str().is_none_or(str::is_empty) {
                    findings.add(&place, format!("a known value needs `{member}` as text"));
                }
            }
            continue;
        }
        let description = node.value["description"].as_str().unwrap_or_default();
        if !description.contains("contract ") {
            findings.add(&place, "needs a description that names its section, as in `(contract 4.1)`");
        }
    }
    for (path, method, operation) in document.operations() {
        // Contract 1: an operation takes the lower grade of its method and path.
        let place = format!("{}{}", document.name(), operation_place(path, method));
        let lower = rank(&operation["x-evidence-method"]).zip(rank(&operation["x-evidence-path"]));
        match lower.map(|(of_method, of_path)| of_method.min(of_path)) {
            None => findings.add(&place, "needs x-evidence-method and x-evidence-path"),
            Some(lower) if rank(&operation["x-evidence"]) != Some(lower) => {
                findings.add(&place, "x-evidence must be the lower of x-evidence-method and x-evidence-path");
            }
            Some(_) => {}
        }
    }
    findings
}

/// The lower of two grades.
pub(super) fn lower(one: &Value, other: &Value) -> Value {
    if rank(other) < rank(one) { other.clone() } else { one.clone() }
}

fn rank(grade: &Value) -> Option<usize> {
    GRADES.iter().position(|known| grade == known)
}
