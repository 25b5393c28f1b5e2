//! Several operations behind one method and path, told apart by their bodies (contract 3, PATCH dispatch).
//!
//! Each file shows its own body; an OpenAPI document has room for one operation only, so the bundle shows one
//! whose body is any of theirs. `x-wire-keys` names them.

use serde_json::{Map, Value, json};

use super::document::{entries, items};
use super::grades;

/// One operation that stands for both.
pub(super) fn merge(one: &Value, other: &Value) -> Result<Value, String> {
    let mut merged = one.clone();
    merged["operationId"] = json!(joined_id(one, other));
    for member in ["summary", "description"] {
        merged[member] = joined_text(&one[member], &other[member]);
    }
    for grade in ["x-evidence", "x-evidence-method", "x-evidence-path"] {
        merged[grade] = grades::lower(&one[grade], &other[grade]);
    }
    merged["tags"] = union(&one["tags"], &other["tags"]);
    merged["parameters"] = union(&one["parameters"], &other["parameters"]);
    merged["x-wire-keys"] = union(&wire_keys(one), &wire_keys(other));
    if let Some(members) = merged.as_object_mut() {
        members.remove("x-wire-key");
    }
    if one.get("requestBody").is_none() || other.get("requestBody").is_none() {
        return Err("nothing tells the two apart: one has no body".to_owned());
    }
    merged["requestBody"] = merge_content(one, other, "/requestBody")?;
    for (status, response) in entries(&other["responses"]) {
        merged["responses"][status] = match one["responses"].get(status) {
            Some(same) if same == response => continue,
            Some(_) => merge_content(one, other, &format!("/responses/{status}"))?,
            None => response.clone(),
        };
    }
    Ok(merged)
}

/// A request body or response of either operation.
fn merge_content(one: &Value, other: &Value, place: &str) -> Result<Value, String> {
    let (Some(first), Some(second)) = (one.pointer(place), other.pointer(place)) else {
        return Err(format!("{place} is missing"));
    };
    if first.get("$ref").is_some() || second.get("$ref").is_some() {
        return Err(format!("{place} is another component in each"));
    }
    let mut merged = first.clone();
    merged["description"] = joined_text(&first["description"], &second["description"]);
    if let Some(grade) = first.get("x-evidence") {
        merged["x-evidence"] = grades::lower(grade, &second["x-evidence"]);
    }
    for (name, header) in entries(&second["headers"]) {
        merged["headers"][name] = header.clone();
    }
    for (name, media) in entries(&second["content"]) {
        let target = &mut merged["content"][name];
        let mut examples = examples(one, target);
        examples.extend(self::examples(other, media));
        let schemas = union(&alternatives(&target["schema"]), &alternatives(&media["schema"]));
        let only = items(&schemas).count() == 1;
        *target = json!({
            "schema": if only { schemas[0].clone() } else { json!({ "anyOf": schemas }) },
            "examples": examples,
        });
    }
    Ok(merged)
}

/// Examples by name; those of an operation that was not merged before get its id in front.
fn examples(operation: &Value, media: &Value) -> Map<String, Value> {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let fresh = operation.get("x-wire-keys").is_none();
    let single = media.get("example").map(|example| (id.to_owned(), json!({ "value": example })));
    let named = entries(&media["examples"]).map(|(name, example)| {
        let name = if fresh { format!("{id}-{name}") } else { name.to_owned() };
        (name, example.clone())
    });
    single.into_iter().chain(named).collect()
}

/// The schemas of which a value has to satisfy one. Where a file has alternatives of its own they stand beside
/// the others: generators have no name for a nest of them.
fn alternatives(schema: &Value) -> Value {
    match schema.get("anyOf").or_else(|| schema.get("oneOf")) {
        Some(parts) => parts.clone(),
        None if schema.is_null() => json!([]),
        None => json!([schema]),
    }
}

fn wire_keys(operation: &Value) -> Value {
    operation.get("x-wire-keys").cloned().unwrap_or_else(|| json!([operation["x-wire-key"]]))
}

fn union(one: &Value, other: &Value) -> Value {
    let mut all: Vec<&Value> = items(one).collect();
    for element in items(other) {
        if !all.contains(&element) {
            all.push(element);
        }
    }
    json!(all)
}

/// `changeStatus` and `changePlan` become `changeStatusOrChangePlan`.
fn joined_id(one: &Value, other: &Value) -> String {
    let mut id = one["operationId"].as_str().unwrap_or_default().to_owned();
    let mut letters = other["operationId"].as_str().unwrap_or_default().chars();
    id.push_str("Or");
    id.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
    id.extend(letters);
    id
}

fn joined_text(one: &Value, other: &Value) -> Value {
    match (one.as_str(), other.as_str()) {
        (Some(one), Some(other)) if one != other => json!(format!("{}\n\n{other}", one.trim_end())),
        (None, Some(other)) => json!(other),
        _ => one.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(key: &str, id: &str, evidence: &str, body: &str) -> Value {
        json!({
            "operationId": id, "x-wire-key": key, "x-evidence": evidence, "summary": id, "tags": [key],
            "parameters": [{"$ref": "#/components/parameters/TraceId"}],
            "requestBody": {"content": {"application/json": {
                "schema": {"$ref": format!("#/components/schemas/{body}")}, "examples": {"usual": {"value": body}},
            }}},
            "responses": {"200": {"$ref": "#/components/responses/Line"}},
        })
    }

    #[test]
    fn three_operations_of_one_path_become_one_with_any_of_their_bodies() {
        let status = operation("status.change", "changeStatus", "likely", "StatusChange");
        let plan = operation("plan.change", "changePlan", "confirmed", "PlanChange");
        let device = operation("line.configure", "configureLine", "confirmed", "LineChange");
        let merged = merge(&merge(&status, &plan).unwrap(), &device).unwrap();
        assert_eq!(merged["operationId"], "changeStatusOrChangePlanOrConfigureLine");
        assert_eq!(merged["x-wire-keys"], json!(["status.change", "plan.change", "line.configure"]));
        assert_eq!(merged["x-evidence"], "likely");
        assert_eq!(merged["parameters"].as_array().map(Vec::len), Some(1));
        let media = &merged["requestBody"]["content"]["application/json"];
        let references: Vec<_> =
            items(&media["schema"]["anyOf"]).map(|schema| schema["$ref"].clone()).collect();
        let expected = ["StatusChange", "PlanChange", "LineChange"];
        assert_eq!(references, expected.map(|name| format!("#/components/schemas/{name}")));
        let mut names: Vec<_> = entries(&media["examples"]).map(|(name, _)| name).collect();
        names.sort_unstable();
        assert_eq!(names, ["changePlan-usual", "changeStatus-usual", "configureLine-usual"]);
        assert_eq!(merged["responses"], status["responses"]);
    }

    #[test]
    fn alternatives_stand_side_by_side() {
        let status = operation("status.change", "changeStatus", "likely", "StatusChange");
        let mut line = operation("line.configure", "configureLine", "confirmed", "LineChange");
        let [device, transfer] = ["Device", "Transfer"].map(|name| json!({"$ref": name}));
        line["requestBody"]["content"]["application/json"]["schema"] = json!({"oneOf": [device, transfer]});
        let merged = merge(&line, &status).unwrap();
        let schema = &merged["requestBody"]["content"]["application/json"]["schema"];
        let status = json!({"$ref": "#/components/schemas/StatusChange"});
        assert_eq!(*schema, json!({"anyOf": [device, transfer, status]}));
    }

    #[test]
    fn operations_without_bodies_cannot_share_a_path() {
        let one = json!({"operationId": "a"});
        assert!(merge(&one, &one).unwrap_err().contains("nothing tells the two apart"));
    }

    #[test]
    fn a_reply_that_is_another_component_in_each_is_refused() {
        let one = operation("a", "a", "likely", "A");
        let mut other = operation("b", "b", "likely", "B");
        other["responses"]["200"] = json!({"$ref": "#/components/responses/Other"});
        assert!(merge(&one, &other).unwrap_err().contains("/responses/200"));
    }
}
