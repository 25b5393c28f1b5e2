//! Each check finds the violation planted for it in the files as they are.

use apex_mobility_core::WireProfile;

use super::Contract;

pub(super) const LIST: &str = include_str!("../../../crates/subscriber-list/openapi.yaml");
pub(super) const ACTIVATION: &str = include_str!("../../../crates/service-activation/openapi.yaml");
pub(super) const DETAILS: &str = include_str!("../../../crates/line-details/openapi.yaml");

/// What the checks say about the three files with every `find` in the named one replaced.
fn findings(name: &str, find: &str, replacement: &str) -> String {
    let changed = |file: &str, yaml: &str| {
        if file != name {
            return yaml.to_owned();
        }
        assert!(yaml.contains(find), "{name} no longer has {find:?}");
        yaml.replace(find, replacement)
    };
    let files = [("list", LIST), ("activation", ACTIVATION), ("details", DETAILS)];
    match Contract::parse(files.map(|(file, yaml)| (file, changed(file, yaml)))) {
        Ok(contract) => contract.check(&WireProfile::default()).to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn the_files_as_they_are_pass() {
    assert_eq!(findings("none", "", ""), "");
}

#[test]
fn each_planted_violation_is_found() {
    for (name, find, replacement, expected) in PLANTED {
        let found = findings(name, find, replacement);
        assert!(found.contains(expected), "{find:?} -> {replacement:?}\nexpected {expected:?} in:\n{found}");
    }
}

/// (file, text, what to put in its place, part of the finding)
const PLANTED: [(&str, &str, &str, &str); 40] = [
    // The text is not what it should be at all.
    ("list", "openapi: 3.1.0", "openapi: [", "not valid YAML"),
    ("list", "openapi: 3.1.0\n", "openapi: 3.1.0\nopenapi: 3.1.0\n", "not valid YAML"),
    // OpenAPI's own rules.
    ("list", "openapi: 3.1.0", "openapi: 3.0.3", "not valid OpenAPI 3.1"),
    ("list", "  title: AT&T", "  titel: AT&T", "not valid OpenAPI 3.1"),
    ("list", "in: header\n          required: false", "in: body", "not valid OpenAPI 3.1"),
    ("list", "schemas/ListedLine'", "schemas/Line'", "list: /paths"),
    (
        "activation",
        "type: string\n            minLength",
        "type: text\n            minLength",
        "cannot be used",
    ),
    // What every operation has.
    (
        "list",
        "        '429':\n          $ref: '#/components/responses/TooManyRequests'\n",
        "",
        "response 429",
    ),
    ("list", "      operationId: listAccounts\n", "", "has no `operationId`"),
    ("list", "      summary: Read one page of lines.\n", "", "needs `summary`"),
    ("list", "    appSecret: []\n", "", "security must be"),
    ("list", "in: header\n      name: app-secret", "in: query\n      name: app-secret", "header app-secret"),
    ("activation", "name: requestId", "name: id", "placeholders"),
    (
        "details",
        "in: header\n          required: false\n          description: The line that",
        "in: query\n          required: false\n          description: The line that",
        "neither path nor header",
    ),
    (
        "list",
        "RetryAfter:\n",
        "Unused: {description: x, schema: {type: string}}\n    RetryAfter:\n",
        "headers/Unused is used by nothing",
    ),
    // Replies may lack or null anything; requests may not.
    (
        "list",
        "subscriberNumberStatus:\n          type: [string, 'null']",
        "subscriberNumberStatus:\n          type: string",
        "must admit null",
    ),
    (
        "details",
        "    Service:\n      type: object\n",
        "    Service:\n      type: object\n      required: [status]\n",
        "must not require members",
    ),
    (
        "activation",
        "          type: string\n          description: City",
        "          type: [string, 'null']\n          description: City",
        "must not admit null",
    ),
    // What generators cannot read.
    (
        "list",
        "            type: string\n            x-known-values:",
        "            type: string\n            enum: [A, S]\n            x-known-values:",
        "`enum`",
    ),
    (
        "list",
        "subscriberNumberStatus:\n          type: [string, 'null']",
        "subscriberNumberStatus:\n          type: [string, integer, 'null']",
        "one type and 'null'",
    ),
    (
        "list",
        "        minimum: 1\n        maximum: 500",
        "        minimum: one\n        maximum: 500",
        "list",
    ),
    // Grades.
    (
        "list",
        "      x-evidence: likely\n      x-evidence-method",
        "      x-evidence-method",
        "Operation needs x-evidence",
    ),
    (
        "list",
        "x-evidence: likely\n      x-evidence-method",
        "x-evidence: confirmed\n      x-evidence-method",
        "the lower of",
    ),
    (
        "list",
        "          x-wire-key: list_fan\n          x-evidence: inferred\n",
        "          x-wire-key: list_fan\n",
        "Parameter needs x-evidence",
    ),
    (
        "list",
        "          x-wire-key: list_fan\n          x-evidence: inferred\n",
        "          x-wire-key: list_fan\n          x-evidence: certain\n",
        "Parameter needs x-evidence",
    ),
    (
        "list",
        "x-wire-key: page_total\n      x-evidence: confirmed\n",
        "x-wire-key: page_total\n",
        "Header needs x-evidence",
    ),
    (
        "details",
        "description: The line's 10-digit number (contract 3).\n          x-evidence: confirmed\n",
        "description: The line's 10-digit number (contract 3).\n",
        "Property needs x-evidence",
    ),
    (
        "details",
        "description: The line's 10-digit number (contract 3).\n",
        "description: The line's 10-digit number.\n",
        "names its section",
    ),
    (
        "list",
        "{value: S, meaning: suspended, x-evidence: confirmed}",
        "{value: S, meaning: suspended}",
        "KnownValue needs x-evidence",
    ),
    (
        "list",
        "{value: S, meaning: suspended, x-evidence: confirmed}",
        "{value: S, x-evidence: confirmed}",
        "a known value needs `meaning`",
    ),
    (
        "list",
        "description: Test (contract 2).\n    x-evidence: likely\n",
        "description: Test (contract 2).\n",
        "Server needs x-evidence",
    ),
    // Examples.
    ("list", "      example: 250\n", "", "needs an example"),
    ("list", "      example: 250\n", "      example: 501\n", "breaks its schema"),
    ("list", "subscriberNumberStatus: A\n", "subscriberNumberState: A\n", "breaks its schema"),
    ("activation", "                          zipCode: '75201'\n", "", "\"zipCode\" is a required property"),
    (
        "details",
        "$ref: '#/components/examples/SuspendedLine'",
        "$ref: '#/components/examples/Suspended'",
        "leads nowhere",
    ),
    // The wire profile.
    ("list", "x-wire-key: list.accounts", "x-wire-key: list.lines", "no such path"),
    ("list", "/sp/mobility/api/v1/account:", "/sp/mobility/api/v1/accounts:", "in the profile"),
    ("list", "name: page-size", "name: page_size", "header is page_size"),
    // The bundle.
    (
        "details",
        "type: [string, 'null']\n          description: Usually empty",
        "type: [string, 'null']\n          description: Always empty",
        "schemas/Service differs",
    ),
];

#[test]
fn the_bundle_holds_every_operation_and_is_the_same_each_time() {
    let bundle = sound().bundle().expect("the files agree");
    assert_eq!(Ok(&bundle), sound().bundle().as_ref());
    for operation in sound().operations() {
        assert!(bundle.contains(&format!("\"operationId\": \"{}\"", operation.id())), "{}", operation.id());
    }
}

#[test]
fn one_path_described_twice_does_not_go_into_a_bundle() {
    let twice = Contract::parse([("one", LIST), ("other", LIST)]).expect("each file is sound");
    let found = twice.bundle().unwrap_err();
    assert!(found.to_string().contains("get /sp/mobility/api/v1/account is in another file too"), "{found}");
}

/// The three files as they are.
fn sound() -> Contract {
    Contract::parse([("list", LIST), ("activation", ACTIVATION), ("details", DETAILS)]).expect("sound files")
}
