//! Every operation of the OpenAPI files is reachable in the client and in the sandbox.

use apex_mobility_tests::exercises::{self, Stage};
use apex_mobility_tests::{Target, contract};

#[test]
fn every_operation_of_the_files_has_an_exercise() {
    for operation in contract().operations() {
        let key = operation.wire_key();
        assert!(
            exercises::all().any(|exercise| exercise.wire_key() == key),
            "{key} is in an OpenAPI file: add its exercise to tests/src/exercises"
        );
    }
}

#[test]
fn every_exercise_is_of_an_operation_of_the_files() {
    for exercise in exercises::all() {
        assert!(contract().operation(exercise.wire_key()).is_some(), "{}", exercise.operation);
    }
}

/// The target's client judges all traffic by the files.
#[tokio::test]
async fn every_exercise_passes_and_keeps_to_the_files() {
    for exercise in exercises::all() {
        let target = Target::in_process().await;
        if let Err(failure) = (exercise.run)(Stage::of(&target)).await {
            panic!("{}", failure.told_of(&exercise));
        }
    }
}
